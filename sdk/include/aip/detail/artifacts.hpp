// Handing files over to the agent: aip.artifacts/1 as a call sees it.
#pragma once

#include "../abi.h"
#include "../ext/artifacts.h"
#include "agent.hpp"
#include "error.hpp"
#include "text.hpp"

#include <string>
#include <string_view>

namespace aip::detail {

inline const aip_artifacts& artifacts() {
    const auto* table = agentTable<aip_artifacts>(AIP_EXT_ARTIFACTS);
    if (!table) {
        throw Error(Code::unsupported, "this agent sends no files (its setting transfer.send is off)");
    }
    return *table;
}

inline std::string_view whyNotSent(aip_status status) {
    switch (status) {
        case AIP_INVALID:
            return "its name, type or path is not acceptable, or it is no regular file";
        case AIP_UNSUPPORTED:
            return "who called the tool takes no files";
        case AIP_NOT_FOUND:
            return "there is no such file";
        case AIP_DENIED:
            return "it may not be read";
        case AIP_EXHAUSTED:
            return "it is too large, too many files wait, or the disk is full";
        case AIP_CANCELLED:
            return "the call is cancelled";
        case AIP_STATE:
            return "the call is over";
        case AIP_UNAVAILABLE:
            return "there is no connection to the server";
        default:
            return "the agent's log says why";
    }
}

inline void requireSent(aip_status status, std::string_view name) {
    if (status != AIP_OK) {
        throw Error(status, "'" + std::string(name) + "' is not sent: " + std::string(whyNotSent(status)));
    }
}

inline aip_artifact artifact(std::string_view name, std::string_view mimeType) {
    return {sizeof(aip_artifact), 0, borrow(name), borrow(mimeType)};
}

}  // namespace aip::detail

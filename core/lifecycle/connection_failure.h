#pragma once

#include "transport/channel.h"

#include <chrono>
#include <string>
#include <utility>

namespace aip::lifecycle {

/// The last step of a connection, after those of transport::DialStep.
inline constexpr const char* registerStep = "register";

/// How far a connection has come, and why no further.
struct ConnectionFailure {
    std::string failed;  ///< the step: "resolve", "connect", "proxy", "tls", "upgrade", "register"; "open" if the
                         ///< connection was there and was lost; empty: none
    std::string why;     ///< may hold what a stranger has said
    int httpStatus = 0;  ///< of the answer that refuses; 0: none
    std::chrono::milliseconds retryAfter{0};  ///< for which that answer asks to stay away; 0: it does not
    transport::Obstacle obstacle = transport::Obstacle::unknown;
};

/// Of a connection that has ended.
inline ConnectionFailure failureOf(const transport::CloseInfo& info) {
    return {std::string(name(info.step)), info.text, info.httpStatus, info.retryAfter, info.obstacle};
}

}  // namespace aip::lifecycle

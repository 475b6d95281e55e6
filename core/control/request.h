#pragma once

#include "base/error.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace aip::control {

/// Who is at the other end of the socket, by the kernel's word.
struct Peer {
    std::uint32_t uid = 0;
    std::int32_t pid = 0;

    std::string text() const { return "uid " + std::to_string(uid) + ", pid " + std::to_string(pid); }
};

/// One request of an operator.
struct Request {
    std::string method{};
    std::string path{};                           ///< "/v1/calls"
    std::map<std::string, std::string> values{};  ///< of the query, decoded
    std::string body{};
    Peer peer{};

    /// Empty: it is not there.
    std::string value(const std::string& name) const {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    }
};

struct Reply {
    int status = 200;
    std::string body;
    std::string type = "application/json";
    std::shared_ptr<const void> share{};  ///< of a budget of bytes, until the answer counts elsewhere
};

/// {"error":{"code":"NOT_FOUND","text":"..."}} with the HTTP status of the code.
Reply failure(const base::Error& why);
/// {"done":true}, or the error.
Reply done(const base::Result<void>& result);

}  // namespace aip::control

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp {

using RequestId = std::uint64_t;

/// A message for the server.
struct Outgoing {
    std::string json;           ///< without line breaks
    RequestId id = 0;           ///< of a request; 0: nothing comes back
    std::string_view method{};  ///< a literal; empty: it is an answer
    std::string tool{};         ///< of a call
    std::vector<std::pair<std::string, std::string>>
        headers{};  ///< of a call over HTTP: arguments that stand there, too
};

}  // namespace aip::mcp

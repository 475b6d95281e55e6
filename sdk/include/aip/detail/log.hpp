// The agent's log.
#pragma once

#include "../abi.h"
#include "text.hpp"

#include <atomic>
#include <string_view>

namespace aip {

namespace detail {

/// The agent that this plugin was made for; null before create() and after destroy().
inline std::atomic<const aip_host*> host{nullptr};

inline void log(std::int32_t level, std::string_view message) {
    if (const auto* target = host.load()) {
        asUtf8(message, [&](std::string_view text) { target->log(target, level, borrow(text)); });
    }
}

}  // namespace detail

/// Writes a line to the agent's log under the plugin's id. Any thread.
namespace log {
inline void trace(std::string_view message) {
    detail::log(AIP_LOG_TRACE, message);
}
inline void debug(std::string_view message) {
    detail::log(AIP_LOG_DEBUG, message);
}
inline void info(std::string_view message) {
    detail::log(AIP_LOG_INFO, message);
}
inline void warn(std::string_view message) {
    detail::log(AIP_LOG_WARN, message);
}
inline void error(std::string_view message) {
    detail::log(AIP_LOG_ERROR, message);
}
}  // namespace log

}  // namespace aip

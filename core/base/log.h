#pragma once

#include <fmt/core.h>

#include <functional>
#include <string_view>
#include <utility>

/// The log of all rooms. The caller of setSink() decides where it goes (the app room, with spdlog); until then nothing
/// is written. Any thread.
namespace aip::base::log {

/// The values are those of AIP_LOG_ in aip/abi.h.
enum class Level { trace = 0, debug, info, warn, error };

using Sink = std::function<void(Level level, std::string_view line)>;

/// Lines below `lowest` are not even formatted. An empty sink turns logging off. Blocks until lines under way are out.
void setSink(Level lowest, Sink sink);

bool enabled(Level level);
void write(Level level, std::string_view line);

template <typename... Args>
void line(Level level, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(level)) {
        write(level, fmt::format(format, std::forward<Args>(args)...));
    }
}

template <typename... Args>
void trace(fmt::format_string<Args...> format, Args&&... args) {
    line(Level::trace, format, std::forward<Args>(args)...);
}

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    line(Level::debug, format, std::forward<Args>(args)...);
}

template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    line(Level::info, format, std::forward<Args>(args)...);
}

template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
    line(Level::warn, format, std::forward<Args>(args)...);
}

template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    line(Level::error, format, std::forward<Args>(args)...);
}

}  // namespace aip::base::log

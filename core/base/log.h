#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

/// The log of all rooms. The caller of setSink() decides where it goes (the app room, with spdlog); until then nothing
/// is written. A line that cannot be allocated is lost: logging never fails. Any thread.
namespace aip::base::log {

/// The values are those of AIP_LOG_ in aip/abi.h.
enum class Level { trace = 0, debug, info, warn, error };

/// What a line says, by its name, for readers that are programs. An empty text: not known.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::uint64_t> value;
};
using Fields = std::span<const Field>;

using Sink = std::function<void(Level level, std::string_view line)>;
using FieldSink = std::function<void(Level level, std::string_view line, Fields fields)>;

/// Lines below `lowest` are not even formatted. An empty sink turns logging off. Blocks until lines under way are out.
void setSink(Level lowest, Sink sink);
void setFieldSink(Level lowest, FieldSink sink);

bool enabled(Level level);
void write(Level level, std::string_view line, Fields fields = {}) noexcept;

template <typename... Args>
void lineWith(Level level, std::initializer_list<Field> fields, fmt::format_string<Args...> format,
              Args&&... args) noexcept {
    try {
        if (enabled(level)) {
            write(level, fmt::format(format, std::forward<Args>(args)...), {fields.begin(), fields.size()});
        }
    } catch (const std::exception&) {  // lost
    }
}

template <typename... Args>
void line(Level level, fmt::format_string<Args...> format, Args&&... args) noexcept {
    lineWith(level, {}, format, std::forward<Args>(args)...);
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

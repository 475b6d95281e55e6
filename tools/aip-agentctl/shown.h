#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Nothing that an agent, a plugin or a server has said may drive the terminal: control characters and those that hide
/// or turn text are shown as escapes.
namespace aip::agentctl {

/// In one line; of a long text the beginning.
std::string shown(std::string_view text);

/// The same, but line breaks and tabs stay. Never cut.
std::string shownLines(std::string_view text);

/// JSON that says the same, with such characters as \uXXXX.
std::string shownJson(std::string_view json);

/// "320 ms", "4 s", "3 min 5 s", "2 h 3 min", "5 d 1 h"
std::string duration(std::int64_t milliseconds);

/// "512 B", "12.5 MiB"
std::string size(std::int64_t bytes);

/// A timestamp of the agent without the part of the second: "2026-11-23 14:25:26 UTC". What is none stays.
std::string moment(std::string_view timestamp);

}  // namespace aip::agentctl

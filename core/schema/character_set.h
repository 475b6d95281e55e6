#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::schema {

/// A character in RE2's syntax that stands for itself, also inside brackets.
std::string literalCharacter(std::uint32_t point);

/// The following are contents of RE2's brackets: "[" + ... + "]" is the set.

inline constexpr std::string_view everyCharacter = R"(\x{0}-\x{10ffff})";

/// "." without its flag s.
inline constexpr std::string_view exceptLineEnds = R"(\x{0}-\x{9}\x{b}\x{c}\x{e}-\x{2027}\x{202a}-\x{10ffff})";

/// \d \D \w \W \s \S; empty for another letter.
std::string_view classSet(char letter);

/// \p{name}, or \P{name} if `negated`. Empty if RE2 has nothing for it.
std::string propertySet(std::string_view name, bool negated);

}  // namespace aip::schema

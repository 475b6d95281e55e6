#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aip::base {

/// Bytes that a text must have allocated after its end before simdjson may read it without a copy.
inline constexpr std::size_t jsonPadding = 64;

/// Length of the part at the start of `text` that stands in a JSON string as it is: no quote, backslash or control
/// character. UTF-8 is not looked at.
std::size_t cleanLength(std::string_view text);

/// The same for ASCII alone: whether that part is valid UTF-8 is no question.
std::size_t cleanAsciiLength(std::string_view text);

/// Appends `text` as a JSON string, quotes included: escapes what JSON demands and nothing else (raw UTF-8 stays).
void appendJsonString(std::string& out, std::string_view text);

/// `text` as a JSON string.
std::string jsonString(std::string_view text);

/// How many bytes that has.
std::size_t jsonStringSize(std::string_view text);

bool isUtf8(std::string_view text);

/// Bytes of the valid UTF-8 character at the start of `text`, which is not empty; 0 if there is none.
std::size_t utf8Length(std::string_view text);

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string repairUtf8(std::string_view text);

/// What strangers say, to be shown: `bytes` as valid UTF-8, and an excerpt() of it.
std::string readable(std::string_view bytes, std::size_t limit);

/// The longest start of `text` of at most `limit` bytes that ends with a whole character of UTF-8.
std::string_view wholeCharacters(std::string_view text, std::size_t limit);

/// The first `limit` bytes of `text`, cut at a character, with "... (N bytes)" after it if anything was cut.
std::string excerpt(std::string_view text, std::size_t limit);

/// The same of a text of `size` bytes of which only the start is there: all of it, or more than `limit` bytes.
std::string excerpt(std::string_view start, std::size_t limit, std::size_t size);

}  // namespace aip::base

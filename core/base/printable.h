#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::base {

/// `text` as one line that shows what is in it, whoever wrote it: control characters (U+0000 to U+001F, U+007F to
/// U+009F), line and paragraph separators, and characters that turn the direction of writing are escaped (`\n`, `\x1b`,
/// `\u202e`), and so is every byte that is not part of valid UTF-8. Cut after `limit` bytes of `text`, as excerpt().
std::string printable(std::string_view text, std::size_t limit);

/// Each line of `text` like that; nothing is cut.
std::string printableLines(std::string_view text);

/// The first character of valid UTF-8 that nobody sees, or sees as something else: control and format characters,
/// blanks other than U+0020 and tab, fillers, variation selectors, and what Unicode gives to nobody or to private use.
std::optional<std::uint32_t> hiddenCharacter(std::string_view text);

/// The first control character of valid UTF-8 but tab: U+0000 to U+001F, U+007F to U+009F.
std::optional<std::uint32_t> controlCharacter(std::string_view text);

/// No control character in it, not even a tab: it may go into a header or a query. Any bytes.
bool isOneLine(std::string_view text);

/// Whether valid UTF-8 begins or ends with a quotation mark that a text processor has made out of " or '.
bool hasTypographicQuote(std::string_view text);

/// "U+202E"
std::string codePoint(std::uint32_t character);

/// "1 result", "2 results".
std::string counted(std::size_t number, std::string_view noun);

}  // namespace aip::base

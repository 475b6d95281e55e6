#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aip::base {

/// `text` as one line that shows what is in it, whoever wrote it: control characters (U+0000 to U+001F, U+007F to
/// U+009F), line and paragraph separators, and characters that turn the direction of writing are escaped (`\n`, `\x1b`,
/// `\u202e`), and so is every byte that is not part of valid UTF-8. Cut after `limit` bytes of `text`, as excerpt().
std::string printable(std::string_view text, std::size_t limit);

}  // namespace aip::base

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::shell {

/// Splits a command line into words by the quoting rules of the POSIX shell: '...', "..." and \x. Nothing is expanded:
/// *, ~ and $NAME are plain text.
///
/// Throws Refused on unbalanced quotes, NUL, a line break outside of quotes, and on what only a shell could carry out
/// (| ; & < > ` $( outside of quotes). Blanks and line breaks around the whole are dropped. May give no word at all.
std::vector<std::string> splitWords(std::string_view command);

}  // namespace aip::shell

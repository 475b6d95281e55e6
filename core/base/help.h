#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::base {

/// What --help prints, in the one form that all our programs have. tools/manual makes the manual pages and the
/// completions of it.
struct HelpRow {
    std::string form;  ///< "-c, --config=PATH", or the name of a command
    std::string meaning;
};

struct Help {
    std::vector<std::string> usage;  ///< each way to call it: "aip-agent [OPTION]..."
    std::string summary;             ///< one sentence
    std::string details{};           ///< paragraphs, which are wrapped; a line that begins with a blank stays as it is
    std::vector<HelpRow> commands{};
    std::vector<HelpRow> options{};
    std::vector<std::pair<int, std::string>> exitCodes{};
    std::string more;  ///< where to read on
};

/// In lines of 80 characters, but for words that are longer.
std::string helpText(const Help& help);

/// "unknown option '--fast'", or "unknown command 'fly'". Nothing that follows a "=" or ":" is in it: it may be a
/// secret.
std::string unknownWord(std::string_view word);

/// "aip-plugin: TEXT; see aip-plugin check --help\n", for a wrong call of `program`, or of its `command`.
std::string wrongUsage(std::string_view program, std::string_view text, std::string_view command = {});

}  // namespace aip::base

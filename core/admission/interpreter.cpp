#include "admission/interpreter.h"

#include "admission/file_trust.h"
#include "base/ascii.h"
#include "base/json_text.h"
#include "base/program_path.h"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace aip::admission {
namespace {

using hosting::Check;
using hosting::Refusal;

constexpr std::size_t longestLine = 256;  ///< that the system reads
constexpr std::size_t longestText = 1024;
constexpr std::string_view blanks = " \t";

/// What follows the "#!" at the start of the file; empty: it has none.
std::string shebangOf(const std::filesystem::path& file) {
    std::string start;
    const auto opened = openFile(file);
    const auto takeFirst = [&start](std::string_view piece) {
        start = piece.substr(0, longestLine);
        return base::Result<void>(base::Error(base::Code::cancelled, "that is enough"));
    };
    if (!opened || base::readPieces(*opened, takeFirst) || !start.starts_with("#!")) {
        return {};
    }
    return std::string(base::trimmed(std::string_view(start).substr(2, start.find('\n') - 2), blanks));
}

/// The program that env starts with these words; empty: options decide that.
std::string startedByEnv(std::string_view words) {
    if (!words.starts_with("-")) {
        return std::string(words);
    }
    if (!words.starts_with("-S")) {
        return {};
    }
    std::istringstream in{std::string(words.substr(2))};
    std::string word;
    while (in >> word && word.find('=') != std::string::npos) {
    }
    return in && !word.starts_with("-") ? word : std::string();
}

Check checkLine(const std::string& shebang, const std::string& place, const std::filesystem::path& folder,
                std::string_view path) {
    const auto end = std::min(shebang.size(), shebang.find_first_of(blanks));
    std::string needed = shebang.substr(0, end);
    if (std::filesystem::path(needed).filename() == "env" && base::findProgram(needed, path, folder)) {
        needed = startedByEnv(base::trimmed(std::string_view(shebang).substr(end), blanks));
    }
    if (needed.empty() || base::findProgram(needed, path, folder)) {
        return {};
    }
    const bool named = needed.find('/') != std::string::npos;
    return Refusal{hosting::reason::entryMissing,
                   "interpreter " + base::readable(needed, longestLine) + " (" + place +
                       (named ? ")" : "; PATH=" + std::string(path) + ")") +
                       (base::whyNotExecutable(needed, path, folder) ? " is not executable" : " is not installed")};
}

}  // namespace

Check checkInterpreter(const std::filesystem::path& folder, const hosting::ProgramSpec& program,
                       std::string_view path) {
    const std::string& command = program.command.front();
    if (program.isInFolder()) {
        const std::string name = command.substr(2);
        const std::string shebang = shebangOf(folder / name);
        return shebang.empty() ? Check() : checkLine(shebang, "line 1 of " + name, folder, path);
    }
    if (base::findProgram(command, path, folder)) {
        return {};
    }
    const bool named = command.find('/') != std::string::npos;
    const auto why = base::whyNotExecutable(command, path, folder);
    return Refusal{
        hosting::reason::entryMissing,
        why ? base::readable(*why, longestText)
            : "program '" + command + "'" + (named ? "" : " (PATH=" + std::string(path) + ")") + " is not installed"};
}

}  // namespace aip::admission

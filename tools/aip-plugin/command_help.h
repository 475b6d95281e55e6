#pragma once

#include "arguments.h"
#include "base/help.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::tool {

/// What help and completions say of a command of a program.
struct CommandText {
    std::string_view name;
    std::string_view words;    ///< what follows it, "LIBRARY|FOLDER"; another way to call it after " | "
    std::string_view summary;  ///< one sentence
    std::string_view details;  ///< as Help::details
    std::vector<Option> options;
    std::vector<std::string_view> choices{};  ///< what its first word may be
};

/// The same of a program with commands.
struct ProgramText {
    std::string_view name;
    std::string_view summary;
    std::vector<CommandText> commands;
    std::vector<Option> options;  ///< of every command
    std::vector<std::pair<int, std::string>> exitCodes;
};

/// What PROGRAM --help prints, and PROGRAM COMMAND --help.
std::string helpText(const ProgramText& program);
std::string helpText(const ProgramText& program, const CommandText& command);

/// {"--from", "FILE", ...} -> "--from=FILE"; {"-o", "FILE", ...} -> "-o FILE"
std::string formOf(const Option& option);

}  // namespace aip::tool

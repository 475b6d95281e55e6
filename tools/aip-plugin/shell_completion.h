#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace aip::tool {

struct CompletedOption {
    std::string name;  ///< "--from", "-o"
    bool takesValue = false;
    std::string meaning;
};

struct CompletedCommand {
    std::string name;
    std::string summary;
    std::vector<std::string> choices;  ///< what its first word may be; none: files
    std::vector<CompletedOption> options;
};

/// What a shell completes of a program: one with commands, or one with options only.
struct CompletedProgram {
    std::string name;
    std::vector<CompletedCommand> commands;
    std::vector<CompletedOption> options;  ///< those before a command; with commands they take no value
};

/// The script for bash, zsh or fish; INVALID for another shell.
base::Result<std::string> completionScript(const CompletedProgram& program, const std::string& shell);

}  // namespace aip::tool

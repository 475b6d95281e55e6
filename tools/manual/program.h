#pragma once

#include "help_page.h"

#include <string>

namespace aip::manual {

/// A program or one of its commands, and what its --help prints.
struct Described {
    std::string name;
    HelpPage help;
};

/// A program, and those of its commands that have a help of their own.
struct Program {
    std::string name;
    HelpPage help;
    std::vector<Described> commands;
};

/// Runs the program at `path` with --help, and with each of its commands. The error says which call, and why.
base::Result<Program> ask(const std::string& path);

}  // namespace aip::manual

#pragma once

#include "arguments.h"
#include "base/error.h"

#include <string_view>
#include <vector>

namespace aip::tool {

/// One command of the program: what the help prints and main() goes by.
struct Command {
    std::string_view name;
    std::string_view words;    ///< what follows it, "LIBRARY|FOLDER"
    std::string_view summary;  ///< one line
    std::string_view details;  ///< for its own help, may be empty
    std::vector<Option> options;
    std::size_t fewest = 1;  ///< words
    std::size_t most = 1;
    /// Does it; returns an ExitCode. INVALID means wrong usage.
    base::Result<int> (*run)(const Arguments& arguments) = nullptr;
};

Command newCommand();
Command devCommand();
Command manifestCommand();
Command inspectCommand();
Command callCommand();
Command checkCommand();
Command installCommand();
Command signCommand();
Command verifyCommand();

/// Says on stderr why `what` is not good; returns `failed`.
int failure(std::string_view what, std::string_view why);

}  // namespace aip::tool

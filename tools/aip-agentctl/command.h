#pragma once

#include "aip-plugin/arguments.h"
#include "base/error.h"
#include "client.h"
#include "json.h"
#include "output.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::agentctl {

using tool::Arguments;
using tool::Option;

/// What a command works with.
struct Context {
    const Arguments& arguments;
    const Client& agent;
    Output& out;

    bool json() const { return arguments.has("--json"); }
    /// The first word, or another one; empty: it is not given.
    std::string word(std::size_t index = 0) const {
        const auto& words = arguments.words();
        return index < words.size() ? words[index] : std::string();
    }
};

/// One command of the program: what the help and the completions print and main() goes by.
struct Command {
    std::string_view name;
    std::string_view words;      ///< what follows it, "CALL|SESSION|TASK"
    std::string_view summary;    ///< one line
    std::string_view details{};  ///< for its own help, with line breaks
    std::vector<Option> options{};
    std::vector<std::string_view> choices{};  ///< what its first word may be, for completions
    std::size_t fewest = 0;                   ///< words
    std::size_t most = 0;
    /// Does it; returns an ExitCode. An error with INVALID means wrong usage.
    base::Result<int> (*run)(Context& context) = nullptr;
};

}  // namespace aip::agentctl

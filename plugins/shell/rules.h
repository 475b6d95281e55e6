#pragma once

#include "paths.h"

#include <string>
#include <vector>

namespace aip::shell {

/// How the operator has set the rules.
struct RuleOptions {
    std::vector<std::string> programs{};  ///< narrows the table; empty: all of it
    bool network = false;                 ///< also the programs that send their operands over the network
    std::vector<std::string> denied{};    ///< see Denied
    std::vector<std::string> own{};       ///< the agent's files, see Denied
};

/// All that is wrong with them: "setting 'KEY': ...".
std::vector<std::string> faultsIn(const RuleOptions& options);

/// As one text, of which the agent finds the parts again by their start, "setting '".
std::string joinedFaults(const std::vector<std::string>& faults);

/// Which command lines may be run: an exact program name, and arguments that its rule (rule_table.cpp) knows.
/// Immutable, any thread.
class Rules {
  public:
    /// Throws Refused if a program has no rule or needs `network`, or for a wrong denied path.
    explicit Rules(RuleOptions options = {});

    /// What to execute for these words: the program's name, its options spelled out, "--", its operands. Paths are
    /// seen from `directory`. Throws Refused, naming what is not allowed.
    std::vector<std::string> check(const std::vector<std::string>& words, const ResolvedPath& directory) const;

    /// The programs that may be run, by name.
    std::vector<std::string> programs() const;

  private:
    bool allowed(std::string_view program) const;

    RuleOptions _options;
    Denied _denied;
};

}  // namespace aip::shell

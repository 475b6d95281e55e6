#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace aip::agentctl {

/// What aip-agent writes to standard output with these arguments, and its exit code: the one beside this program, else
/// that of PATH. Its standard error is ours. NOT_FOUND: there is none. Waits until it ends.
struct ProgramEnd {
    int code = 0;
    std::string output;
};
base::Result<ProgramEnd> runAgent(const std::vector<std::string>& arguments);

}  // namespace aip::agentctl

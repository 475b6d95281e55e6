#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aip::shell {

/// What this process hands on to the programs that it runs: its own environment, exactly, and PATH and LANG where it
/// has none. In the agent's own process, whose environment is the agent's, only the variables that every plugin gets.
/// Control thread only.
std::vector<std::string> inheritedEnvironment(bool ofAgent);

/// What one of `programs` that run at once may have of the memory that this process is limited to: an equal share, but
/// at least 64 MiB. 0: there is no limit.
std::size_t memoryShare(std::size_t programs);

}  // namespace aip::shell

#pragma once

#include <string>

namespace aip::runner {

/// Confines this thread, and all that it will start, for good: no signal and no connection to an abstract socket
/// reaches a process outside, and none outside can be traced. Needs no_new_privs. Empty, or why it is not to be had.
std::string scopeSignals();

}  // namespace aip::runner

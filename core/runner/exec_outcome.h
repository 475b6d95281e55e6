#pragma once

#include "hosting/call.h"

#include <cstddef>
#include <string>

namespace aip::runner {

/// Exit codes of a program, as sdk/PROGRAMS.md has them: this and the number of an ABI status.
inline constexpr int firstExitCode = 100;

/// How the process of a call has ended.
struct ExecEnd {
    int status = 0;       ///< of waitpid()
    std::string out;      ///< what it wrote
    std::string errors;   ///< the end of what it wrote there
    std::string overrun;  ///< which limit it was killed for; empty: none
};

/// The outcome of its call; the result is one JSON value. `call` tells whether it was cancelled. Pure.
hosting::Outcome outcomeOf(ExecEnd end, const hosting::Call& call);

}  // namespace aip::runner

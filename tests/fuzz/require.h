#pragma once

#include <cstdio>
#include <cstdlib>

/// What must hold for every input; if not, the fuzzer keeps the input.
inline void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

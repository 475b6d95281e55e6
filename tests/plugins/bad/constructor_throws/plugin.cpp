// Throws when it is loaded.
#include <aip/abi.h>

#include <stdexcept>

static const struct Thrower {
    Thrower() { throw std::runtime_error("not like this"); }
} thrower;
#include "skeleton.h"

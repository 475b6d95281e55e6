#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <string>

namespace aip::app {

/// The standard streams, when they belong to a client: nothing else may read or write them.
struct StandardStreams {
    base::Descriptor in;
    base::Descriptor out;
    std::string peer;  ///< the process that has started this one, and its user

    /// Moves them away. From then on descriptor 0 is empty, and what is written to 1 goes to standard error: a plugin
    /// that prints breaks nothing.
    static base::Result<StandardStreams> take();
};

}  // namespace aip::app

#pragma once

#include "base/descriptor.h"

#include <optional>

namespace aip::runner {

/// A pipe to or from a program; our end does not block.
struct ProgramPipe {
    base::Descriptor ours;
    base::Descriptor program;
};

/// None: no descriptor is left.
std::optional<ProgramPipe> makePipe(bool toProgram);

/// It holds 256 KiB, so that large answers take fewer turns; as before where the system does not grant that.
void widen(const base::Descriptor& pipe);

}  // namespace aip::runner

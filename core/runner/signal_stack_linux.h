#pragma once

namespace aip::runner {

/// Gives this thread a stack of its own for signal handlers, until it ends, unless it has one. Without memory for it
/// the thread goes on without.
void giveSignalStack();

}  // namespace aip::runner

#pragma once

namespace aip::bench {

/// Registers the benchmarks of a COMMAND from decoded to recorded: door, router, policy, schema, call with its timers,
/// and its result. Its plugin answers at once on the same thread.
void addCommandPath();

}  // namespace aip::bench

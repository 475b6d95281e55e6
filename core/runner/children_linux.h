#pragma once

#include <sys/types.h>

namespace aip::runner {

/// Kills the children of this process: call it again for those that it then inherits as a subreaper. `first`: the
/// oldest of them, perhaps reaped by now. This process has no other thread; does not allocate.
///
/// They are found in /proc; if that is not there, or that of another PID namespace, by their numbers, which takes up to
/// some seconds. What /proc hides from us makes no difference.
void killChildren(pid_t first);

}  // namespace aip::runner

#pragma once

namespace aip::runner {

/// Makes this process, which has no other thread yet, the watcher of a child in which the function returns. The watcher
/// has only `lifeline` open; the child has it no more and dies with the watcher.
///
/// When the child ends or the other end of `lifeline` is closed, the watcher kills the child and everything that it has
/// started and left running, wherever in the tree and in whatever process group, and ends as the child did.
void splitFromWatcher(int lifeline);

}  // namespace aip::runner

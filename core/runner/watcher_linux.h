#pragma once

#include <sys/types.h>

namespace aip::runner {

/// Forks: this process, which must have no other thread, becomes the watcher, and the function returns 0 in the child.
/// It returns here only if the system has no process for that: the errno.
/// The watcher keeps only `lifeline` open; the child does not have it, and is killed if the watcher ends.
///
/// The watcher reaps what the child leaves behind while it runs: no zombie stays.
///
/// When the child ends or the other end of `lifeline` is closed, the watcher kills the child and all its descendants,
/// whatever their parent or process group (children_linux.h), and ends in the same way as the child.
///
/// For a child in the same namespaces: if it manages to kill the watcher, descendants in other process groups survive.
/// If it stops the watcher, the end of the agent's thread that has started that lets it go on.
int splitFromWatcher(int lifeline);

enum class Reaped { all, some, childEnded };

/// Reaps descendants that this process has inherited, but never `child`: its number must stay that of its group. At
/// most some at once, so that a plugin that makes them without end does not keep us from the rest.
Reaped reapOrphans(pid_t child);

/// If this process is stopped when its parent ends, it goes on.
void continueWithoutParent();

/// Ends this process as `status` of waitpid() says.
[[noreturn]] void endLike(int status);

/// For a process that serves another one from now on: closes all descriptors but these two, and lets no process of its
/// user trace it.
void keepOnly(int one, int other);

}  // namespace aip::runner

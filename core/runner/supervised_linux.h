#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "runner/shared_launch_linux.h"

#include <array>
#include <tuple>
#include <utility>

namespace aip::runner {

/// A program with everything that it starts. Between it and this process stands its keeper, a process that inherits
/// what the program leaves behind, kills that when the program ends, and then tells how it ended.
///
/// The program runs in a process group of its own, with the signals as a new process expects them.
class Supervised {
  public:
    using Launch = runner::Launch;
    using Pattern = std::array<bool, std::tuple_size_v<decltype(Launch::descriptors)>>;  ///< which it has

    /// If the program cannot be started its descriptor 2 gets the reason, and it ends with 126 or, if it does not
    /// exist, with 127. EXHAUSTED: the system has no process for its keeper. Any thread.
    static base::Result<Supervised> start(const Launch& launch);

    /// A keeper ends when its Supervised is destroyed, and nobody waits for that: it is reaped by this, which start()
    /// does, too. Any thread.
    static void reapKeepers();

    /// Another program with the same keeper, which spares a fork. The one before has ended, and gave its status. False
    /// if this one needs a new keeper: it has other descriptors, or much more to be told.
    bool startNext(const Launch& launch);

    /// Readable when the program and all that it has started are gone.
    const base::Descriptor& ended() const { return _control; }
    /// SIGTERM or SIGKILL to the program's process group.
    void terminate() const;
    void kill() const;
    /// How it ended, as waitpid() says it. Blocks until it has. If the keeper has been killed, which only the program
    /// can have done, what it was to kill may still run: then this process ends, and with it all.
    int status() const;

  private:
    Supervised(SharedLaunch launch, const Pattern& pattern, base::Descriptor control)
        : _launch(std::move(launch)), _pattern(pattern), _control(std::move(control)) {}

    SharedLaunch _launch;
    Pattern _pattern;
    base::Descriptor _control;  ///< orders down, the status up
};

}  // namespace aip::runner

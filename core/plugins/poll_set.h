#pragma once

#include "base/clock.h"
#include "base/descriptor.h"

#include <cstddef>
#include <memory>

namespace aip::plugins {

/// Waits for descriptors, for a time, or to be woken.
class PollSet {
  public:
    PollSet();
    ~PollSet();
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    /// Ends the wait under way, or the next one. Any thread.
    void wake();

    /// For the next wait(). Negative descriptors are never ready. Gives the index to ask ready() about.
    std::size_t add(int descriptor, bool readable, bool writable = false);

    /// Until something is ready, woken, or `until`. Forgets what was added before the previous wait.
    void wait(base::Clock::TimePoint until);

    /// Whether there is something to be had (or an error to be found) at what was added before the last wait().
    bool ready(std::size_t index) const;

  private:
    struct Polled;
    base::Descriptor _wake;
    std::unique_ptr<Polled> _polled;
};

}  // namespace aip::plugins

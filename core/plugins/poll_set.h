#pragma once

#include "base/clock.h"
#include "base/descriptor.h"

#include <cstddef>
#include <memory>

namespace aip::plugins {

/// Waits until a descriptor is ready, a time has come, or wake() is called. One thread, but for wake().
class PollSet {
  public:
    PollSet();
    ~PollSet();
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    /// To be called before the rest. False if the system is out of descriptors; it may be called again. One thread.
    bool open();

    /// Ends the current wait, or the next one. Any thread.
    void wake();

    /// For the next wait(). Returns the index for ready(). A negative descriptor is never ready.
    std::size_t add(int descriptor, bool readable, bool writable = false);

    /// Blocks until something is ready, wake() is called, or `until`. Then descriptors are to be added again.
    void wait(base::Clock::TimePoint until);

    /// Whether the descriptor was ready, or has an error, when the last wait() ended.
    bool ready(std::size_t index) const;

  private:
    struct Polled;
    base::Descriptor _wake;
    std::unique_ptr<Polled> _polled;
};

}  // namespace aip::plugins

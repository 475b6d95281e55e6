#pragma once

#include "base/clock.h"
#include "base/descriptor.h"

#include <vector>

namespace aip::plugins {

/// Waits until a descriptor is ready, a time has come, or wake() is called. One thread, but for wake().
///
/// A descriptor is registered once, so that a wait costs the same for all of them together. The system counts what is
/// registered for all processes of a user, and a plugin can use that up: what it does not register is polled.
class PollSet {
  public:
    /// A descriptor in the set. It is taken out when this ends: before the descriptor is closed, and before the set.
    class Watched {
      public:
        Watched() = default;
        ~Watched();
        Watched(const Watched&) = delete;
        Watched& operator=(const Watched&) = delete;

        /// Whether it was ready, or had an error, when the last wait ended.
        bool ready() const { return _ready; }

      private:
        friend class PollSet;
        PollSet* _set = nullptr;
        int _descriptor = -1;
        unsigned _events = 0;      ///< 0: it is not in the set
        bool _registered = false;  ///< otherwise it is polled
        bool _ready = false;
    };

    PollSet() = default;
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    /// To be called before the rest. False if the system is out of descriptors; it may be called again. One thread at a
    /// time.
    bool open();

    /// Ends the current wait, or the next one. Any thread.
    void wake();

    /// What it is watched for from now on; nothing: neither for errors. Costs nothing if that is what it was.
    void watch(Watched& watched, int descriptor, bool readable, bool writable = false);

    /// Blocks until something is ready, wake() is called, or `until`.
    void wait(base::Clock::TimePoint until);

  private:
    void takeOut(Watched& watched);
    bool enroll(Watched& watched, int action);
    void collect(int timeout);
    void poll(int timeout);
    void clearWake();

    base::Descriptor _wake;
    base::Descriptor _set;
    std::vector<Watched*> _ready;   ///< since the last wait
    std::vector<Watched*> _polled;  ///< those that are not registered
};

}  // namespace aip::plugins

#pragma once

#include "base/clock.h"

#include <atomic>
#include <optional>

namespace aip::transport {

struct Interest {
    bool read = false;
    bool write = false;
};

/// An error or hang-up of the descriptor counts as both.
struct Readiness {
    bool readable = false;
    bool writable = false;
};

/// Waits for one descriptor and for wake(). One thread waits; any thread, or a signal handler, wakes.
class Poller {
  public:
    Poller();
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    /// Waits until the descriptor (-1: none) is ready, `timeout` has passed (none: for ever) or wake() is or was called
    /// since the last wait. May return early.
    Readiness wait(int descriptor, Interest interest, std::optional<base::Clock::Duration> timeout);

    /// Async-signal-safe; costs no system call while nobody waits.
    void wake() noexcept;

  private:
    int _event;
    std::atomic<bool> _woken{false};
    std::atomic<bool> _waiting{false};
};

}  // namespace aip::transport

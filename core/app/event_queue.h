#pragma once

#include <bitset>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace aip::app {

/// In the order in which those that wait are taken.
enum class Event : std::uint8_t {
    ended,      ///< the session has ended
    prepared,   ///< the first set of plugins is built, or cannot be
    stop,       ///< the first SIGTERM, SIGINT or SIGQUIT
    stopNow,    ///< another one
    hangUp,     ///< SIGHUP
    reopenLog,  ///< SIGUSR1
    networkUp,  ///< this machine has got an address
};

/// What the main thread is to do. It is bounded: an event that waits already is not added again.
class EventQueue {
  public:
    /// Any thread. Holds the mutex for an instant only, like everybody else.
    void post(Event event) {
        const std::lock_guard lock(_mutex);
        _waiting.set(static_cast<std::size_t>(event));
        _posted.notify_one();
    }

    /// Blocks until there is one.
    Event next() {
        std::unique_lock lock(_mutex);
        _posted.wait(lock, [this] { return _waiting.any(); });
        std::size_t first = 0;
        while (!_waiting.test(first)) {
            ++first;
        }
        _waiting.reset(first);
        return static_cast<Event>(first);
    }

  private:
    std::mutex _mutex;
    std::condition_variable _posted;
    std::bitset<static_cast<std::size_t>(Event::networkUp) + 1> _waiting;
};

}  // namespace aip::app

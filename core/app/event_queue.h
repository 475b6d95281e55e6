#pragma once

#include <array>
#include <bitset>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace aip::app {

/// In the order in which those that wait are taken.
enum class Event : std::uint8_t {
    stopped,        ///< the plugins have been stopped, too
    ended,          ///< the session has ended
    prepared,       ///< the first set of plugins is built, or cannot be
    stop,           ///< the first signal to stop
    stopNow,        ///< another one
    hangUp,         ///< SIGHUP
    pluginsLack,    ///< the system was short of something for plugins: they are to be looked at again
    reopenLog,      ///< SIGUSR1
    networkUp,      ///< this machine has got an address
    ignoredSignal,  ///< one that means nothing to the agent
};

/// Numbers of signals.
using Signals = std::bitset<65>;

/// What the main thread is to do. It is bounded: an event that waits already is not added again.
class EventQueue {
  public:
    struct Next {
        Event event;
        Signals causes;  ///< all signals that have posted it since it was taken last
    };

    /// Any thread. Holds the mutex for an instant only, like everybody else. `signal`: its cause; 0: none.
    void post(Event event, std::size_t signal = 0) {
        const std::lock_guard lock(_mutex);
        _waiting.set(static_cast<std::size_t>(event));
        _causes.at(static_cast<std::size_t>(event)).set(signal);
        _posted.notify_one();
    }

    /// Blocks until there is one.
    Next next() {
        std::unique_lock lock(_mutex);
        _posted.wait(lock, [this] { return _waiting.any(); });
        std::size_t first = 0;
        while (!_waiting.test(first)) {
            ++first;
        }
        _waiting.reset(first);
        Signals causes = _causes.at(first).reset(0);
        _causes.at(first).reset();
        return {static_cast<Event>(first), causes};
    }

  private:
    static constexpr std::size_t size = static_cast<std::size_t>(Event::ignoredSignal) + 1;

    std::mutex _mutex;
    std::condition_variable _posted;
    std::bitset<size> _waiting;
    std::array<Signals, size> _causes;
};

}  // namespace aip::app

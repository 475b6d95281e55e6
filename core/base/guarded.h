#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace aip::base {

/// A value that can only be accessed with its mutex held. Any thread. Code that uses the value must neither block nor
/// call back; references to the value must not leave with() and waitFor().
template <typename Value>
class Guarded {
  public:
    template <typename... Arguments>
    explicit Guarded(Arguments&&... arguments) : _value(std::forward<Arguments>(arguments)...) {}

    /// Returns `use(value)`.
    template <typename Use>
    auto with(Use&& use) {
        const std::lock_guard lock(_mutex);
        return std::forward<Use>(use)(_value);
    }

    template <typename Use>
    auto with(Use&& use) const {
        const std::lock_guard lock(_mutex);
        return std::forward<Use>(use)(_value);
    }

    /// Blocks until `done(value)` is true, which is checked now and after every notify(); then returns `use(value)`. No
    /// time limit.
    template <typename Done, typename Use>
    auto waitFor(Done&& done, Use&& use) {
        std::unique_lock lock(_mutex);
        _changed.wait(lock, [&] { return done(std::as_const(_value)); });
        return std::forward<Use>(use)(_value);
    }

    /// The same, but waits no longer than until `limit`: then `done(value)` may be false.
    template <typename Done, typename Use>
    auto waitUntil(std::chrono::steady_clock::time_point limit, Done&& done, Use&& use) {
        std::unique_lock lock(_mutex);
        _changed.wait_until(lock, limit, [&] { return done(std::as_const(_value)); });
        return std::forward<Use>(use)(_value);
    }

    /// Like waitFor(), but woken by `signal` instead of notify(), and after `before(value)`.
    template <typename Before, typename Done, typename Use>
    auto waitFor(std::condition_variable& signal, Before&& before, Done&& done, Use&& use) {
        std::unique_lock lock(_mutex);
        std::forward<Before>(before)(_value);
        signal.wait(lock, [&] { return done(std::as_const(_value)); });
        return std::forward<Use>(use)(_value);
    }

    void notify() { _changed.notify_all(); }

  private:
    mutable std::mutex _mutex;
    std::condition_variable _changed;
    Value _value;
};

}  // namespace aip::base

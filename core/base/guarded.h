#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace aip::base {

/// A value that is only reached with its mutex held. Any thread. What is done with the value must neither block nor
/// call back; references to it must not leave with() and waitFor().
template <typename Value>
class Guarded {
  public:
    template <typename... Arguments>
    explicit Guarded(Arguments&&... arguments) : _value(std::forward<Arguments>(arguments)...) {}

    /// `use(value)`, and what it returns.
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

    /// Blocks until `done(value)` is true, which is asked now and after every notify(); then `use(value)`, and what it
    /// returns.
    template <typename Done, typename Use>
    auto waitFor(Done&& done, Use&& use) {
        std::unique_lock lock(_mutex);
        _changed.wait(lock, [&] { return done(std::as_const(_value)); });
        return std::forward<Use>(use)(_value);
    }

    void notify() { _changed.notify_all(); }

  private:
    mutable std::mutex _mutex;
    std::condition_variable _changed;
    Value _value;
};

}  // namespace aip::base

#pragma once

#include "base/guarded.h"

#include <condition_variable>
#include <utility>

namespace aip::transport {

/// Who may use what belongs to a loop: the loop's thread, and while that sleeps any other thread, one at a time. The
/// loop comes first: when it wakes up it waits for the job that runs, and no other begins.
/// Lifetime: outlives every call of tryRun().
class LoopLock {
  public:
    /// The loop's thread sleeps from its construction to its destruction, which blocks until no job runs.
    class Sleep {
      public:
        explicit Sleep(LoopLock& lock) : _lock(lock) {
            _lock._state.with([](State& state) { state.asleep = true; });
        }
        ~Sleep() {
            _lock._state.waitFor(
                _lock._ended, [](State& state) { state.asleep = false; },
                [](const State& state) { return !state.running; }, [](State&) {});
        }
        Sleep(const Sleep&) = delete;
        Sleep& operator=(const Sleep&) = delete;

      private:
        LoopLock& _lock;
    };

    /// Runs `job` on this thread if the loop sleeps and no other job runs; else it returns false at once. Any thread,
    /// also that of the loop or of a job.
    template <typename Job>
    bool tryRun(Job&& job) {
        const bool mine = _state.with([](State& state) { return state.asleep && !std::exchange(state.running, true); });
        if (!mine) {
            return false;
        }
        const Running running(*this);
        std::forward<Job>(job)();
        return true;
    }

  private:
    struct State {
        bool asleep = false;
        bool running = false;  ///< a job of another thread
    };
    /// Until the end of the job, which may throw.
    struct Running {
        explicit Running(LoopLock& of) : lock(of) {}
        ~Running() {
            const bool awaited = lock._state.with([](State& state) {
                state.running = false;
                return !state.asleep;
            });
            if (awaited) {
                lock._ended.notify_one();
            }
        }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

        LoopLock& lock;
    };

    base::Guarded<State> _state;
    std::condition_variable _ended;  ///< for the loop
};

}  // namespace aip::transport

#pragma once

#include "base/memory.h"
#include "base/timer_queue.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace aip::execution {

/// Gives back to the system what the calls of doors without a loop of their own leave behind in the allocator, when
/// none has come or ended for a while, and once more when nobody waits any longer for who does not take an answer: on
/// the control thread, which that takes some milliseconds. Any thread.
class HeapRest {
  public:
    static constexpr std::size_t least = 1UL << 20U;  ///< bytes of less are left where they are
    static constexpr std::size_t busy = 4UL << 10U;   ///< less at once, such as a ping, does not postpone it

    /// `timers` outlives it.
    explicit HeapRest(base::TimerQueue& timers, std::chrono::milliseconds rest = std::chrono::seconds(10),
                      std::function<void()> giveBack = &base::returnFreeMemory);

    /// So many bytes have come, or have been answered.
    void carried(std::size_t bytes);

  private:
    struct State {
        State(base::TimerQueue& queue, std::chrono::milliseconds time, std::function<void()> use)
            : timers(queue), rest(time), giveBack(std::move(use)) {}

        base::TimerQueue& timers;
        const std::chrono::milliseconds rest;
        const std::function<void()> giveBack;
        std::atomic<std::size_t> bytes{0};
        std::atomic<std::size_t> latest{0};  ///< changes with each that postpones
        std::atomic<bool> planned{false};
    };

    enum class Pass { first, second };

    static void planUnlessPlanned(const std::shared_ptr<State>& state);
    static void plan(const std::shared_ptr<State>& state, Pass pass);
    static void look(const std::shared_ptr<State>& state, Pass pass, std::size_t before);

    const std::shared_ptr<State> _state;
};

}  // namespace aip::execution

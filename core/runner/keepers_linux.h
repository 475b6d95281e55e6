#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"
#include "base/timer_queue.h"
#include "runner/idle_pool.h"
#include "runner/supervised_linux.h"

#include <chrono>
#include <optional>

namespace aip::runner {

/// Keepers that wait for their next program. Who has waited for `longest` ends: as many stay as there were calls at the
/// same time lately. Any thread. Its thread is made when the first one waits.
class Keepers {
  public:
    explicit Keepers(base::Clock::Duration longest = std::chrono::minutes(1)) : _longest(longest), _pool(longest) {}

    base::Result<Supervised> start(const Supervised::Launch& launch);
    /// Its program has ended, and gave its status.
    void giveBack(Supervised idle);

  private:
    struct Pool {
        explicit Pool(base::Clock::Duration longest) : idle(longest) {}

        IdlePool<Supervised> idle;
        bool isPlanned = false;  ///< endIdle()
    };

    base::TimerQueue* timers();
    void endIdle(base::TimerQueue& timers);

    const base::Clock::Duration _longest;
    base::Guarded<Pool> _pool;
    base::Guarded<std::optional<base::TimerQueue>> _timers;  ///< ends first: its action uses the others
};

}  // namespace aip::runner

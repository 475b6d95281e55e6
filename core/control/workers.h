#pragma once

#include "base/error.h"
#include "base/guarded.h"
#include "base/thread_pool.h"
#include "execution/places.h"

#include <cstddef>
#include <memory>
#include <utility>

namespace aip::control {

/// Threads that carry out requests; few requests wait for one. Any thread.
class Workers {
  public:
    Workers(std::size_t threads, std::size_t waiting)
        : _places(threads + waiting), _threads(std::make_unique<base::ThreadPool>(threads)) {}

    /// Does not block. EXHAUSTED: too many wait; UNAVAILABLE: after stop(). `job` must not throw, and can be copied.
    template <typename Job>
    base::Result<void> run(const Job& job) {
        return _threads.with([&](const auto& threads) -> base::Result<void> {
            if (!threads) {
                return base::Error(base::Code::unavailable, "the agent is stopping");
            }
            auto place = _places.take();
            if (!place) {
                return base::Error(base::Code::exhausted, "too many requests at once");
            }
            threads->run([place = std::make_shared<execution::Places::Place>(*std::move(place)), job] { job(); });
            return {};
        });
    }

    /// Returns when all jobs have ended.
    void stop() {
        _threads.with([](auto& threads) { return std::move(threads); }).reset();  // without the lock
    }

  private:
    execution::Places _places;  ///< for those that run or wait
    base::Guarded<std::unique_ptr<base::ThreadPool>> _threads;
};

}  // namespace aip::control

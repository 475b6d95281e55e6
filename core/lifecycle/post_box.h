#pragma once

#include "base/guarded.h"

#include <functional>
#include <list>
#include <memory>
#include <utility>

namespace aip::lifecycle {

/// Jobs of other threads for the I/O thread. Whoever may post after its owner has ended holds an address() and not the
/// owner: late jobs are dropped, and never run.
class PostBox {
    struct Open {
        explicit Open(std::function<void()> wakeUp) : wake(std::move(wakeUp)) {}
        std::function<void()> wake;  ///< null: closed
        std::list<std::function<void()>> jobs;
    };
    using Shared = base::Guarded<Open>;

  public:
    using Job = std::function<void()>;

    /// Where to post. Any thread.
    class Address {
      public:
        explicit Address(std::shared_ptr<Shared> box) : _box(std::move(box)) {}
        void post(Job job) const {
            _box->with([&](Open& box) {
                if (box.wake) {
                    box.jobs.push_back(std::move(job));
                    box.wake();
                }
            });
        }

      private:
        std::shared_ptr<Shared> _box;
    };

    /// `wake` wakes the I/O thread. It is called with a lock held, must not block, and is not called after the
    /// destructor.
    explicit PostBox(std::function<void()> wake) : _box(std::make_shared<Shared>(std::move(wake))) {}
    ~PostBox() {
        const auto dropped = _box->with([](Open& box) { return std::exchange(box, Open({})); });
    }
    PostBox(const PostBox&) = delete;
    PostBox& operator=(const PostBox&) = delete;

    Address address() const { return Address(_box); }

    /// No job waits; one may run. Any thread.
    bool empty() const {
        return _box->with([](const Open& box) { return box.jobs.empty(); });
    }

    /// Runs the waiting jobs in order, without the lock. Jobs posted meanwhile run the next time. If a job throws,
    /// those after it run the next time. I/O thread.
    void run() {
        Jobs jobs = _box->with([](Open& box) { return std::exchange(box.jobs, {}); });
        try {
            while (!jobs.empty()) {
                const Job job = std::move(jobs.front());
                jobs.pop_front();
                job();
            }
        } catch (...) {
            putBack(jobs);
            throw;
        }
    }

  private:
    using Jobs = std::list<Job>;

    void putBack(Jobs& jobs) {
        _box->with([&jobs](Open& box) {
            box.jobs.splice(box.jobs.begin(), jobs);
            if (box.wake) {
                box.wake();
            }
        });
    }

    const std::shared_ptr<Shared> _box;
};

}  // namespace aip::lifecycle

#pragma once

#include "base/guarded.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// Jobs of other threads for the I/O thread. Whoever may post after its owner has ended holds an address() and not the
/// owner: late jobs are dropped, and never run.
class PostBox {
    struct Open {
        explicit Open(std::function<void()> wakeUp) : wake(std::move(wakeUp)) {}
        std::function<void()> wake;  ///< null: closed
        std::vector<std::function<void()>> jobs;
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

    /// Runs the waiting jobs in order, without the lock. Jobs posted meanwhile run the next time. I/O thread.
    void run() {
        const auto jobs = _box->with([](Open& box) { return std::exchange(box.jobs, {}); });
        for (const auto& job : jobs) {
            job();
        }
    }

  private:
    const std::shared_ptr<Shared> _box;
};

}  // namespace aip::lifecycle

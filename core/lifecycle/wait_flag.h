#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace aip::lifecycle {

/// A flag that threads can wait for. Any thread.
class WaitFlag {
  public:
    operator bool() const { return _set; }

    void set(bool value) {
        {
            const std::lock_guard lock(_mutex);
            _set = value;
        }
        _changed.notify_all();
    }

    /// Blocks until it is set; false if `limit` passes first.
    bool waitFor(std::chrono::milliseconds limit) const {
        std::unique_lock lock(_mutex);
        return _changed.wait_for(lock, limit, [this] { return _set.load(); });
    }

  private:
    std::atomic<bool> _set{false};
    mutable std::mutex _mutex;
    mutable std::condition_variable _changed;
};

}  // namespace aip::lifecycle

#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace aip::runner {

/// Counts the threads that may be in the plugin. When it is closed, threads may still enter as long as another one is
/// inside: a call that has come is carried out. Any thread.
class Entrance {
  public:
    /// False if it is closed and nobody is inside: the plugin is about to be stopped.
    bool enter() {
        const std::lock_guard lock(_mutex);
        if (isOver()) {
            return false;
        }
        ++_inside;
        return true;
    }

    void leave() {
        const std::lock_guard lock(_mutex);
        --_inside;
        if (isOver()) {
            _over.notify_all();
        }
    }

    void close() {
        const std::lock_guard lock(_mutex);
        _closed = true;
        if (isOver()) {
            _over.notify_all();
        }
    }

    /// Blocks until it is closed and nobody is inside.
    void waitForLast() {
        std::unique_lock lock(_mutex);
        _over.wait(lock, [this] { return isOver(); });
    }

  private:
    bool isOver() const { return _closed && _inside == 0; }

    std::mutex _mutex;
    std::condition_variable _over;
    std::size_t _inside = 0;
    bool _closed = false;
};

}  // namespace aip::runner

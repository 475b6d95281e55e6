#pragma once

#include "hosting/artifact.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace aip::lifecycle {

/// The queue of files from plugin threads to the session. Any thread. Shared, because a plugin that does not return may
/// outlive the session. `wake` is called with the lock held and must not call back.
class Outbox {
  public:
    /// Files waiting, being sent or being closed; each holds a descriptor.
    static constexpr std::size_t maxFiles = 64;

    /// UNAVAILABLE without a connection, EXHAUSTED if too many files wait.
    base::Result<void> put(hosting::Artifact artifact);

    /// Connected; `wake` tells the session that a file was put.
    void open(std::function<void()> wake);
    /// Disconnected: drops the waiting files. `wake` is not called after this returns.
    void close();

    std::vector<hosting::Artifact> take();
    /// A file that was taken has been sent or dropped, and is closed.
    void done();

  private:
    std::mutex _mutex;
    std::function<void()> _wake;
    std::vector<hosting::Artifact> _waiting;
    std::size_t _underWay = 0;
};

}  // namespace aip::lifecycle

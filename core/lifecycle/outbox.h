#pragma once

#include "hosting/artifact.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace aip::lifecycle {

/// Where the plugins' threads leave files for the server and the session finds them. Shared, because a plugin that does
/// not return may outlive the session. Any thread.
class Outbox {
  public:
    /// Files waiting or under way; each holds a descriptor.
    static constexpr std::size_t maxFiles = 64;

    /// UNAVAILABLE while there is no connection, EXHAUSTED if too many wait.
    base::Result<void> put(hosting::Artifact artifact);

    /// A connection is there; `wake` tells the session that something was put.
    void open(std::function<void()> wake);
    /// It is gone, and what was put for it. Afterwards `wake` is not called any more.
    void close();

    std::vector<hosting::Artifact> take();
    /// One that was taken is sent, or dropped.
    void done();

  private:
    std::mutex _mutex;
    std::function<void()> _wake;
    std::vector<hosting::Artifact> _waiting;
    std::size_t _underWay = 0;
};

}  // namespace aip::lifecycle

#pragma once

#include "base/guarded.h"
#include "mcp/server_session.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace aip::mcp_server {

/// Lines that wait to be written. Any thread. A client that does not read costs no more than `limit` bytes: beyond,
/// answers become errors, which are small, and all else is dropped.
class LineQueue {
  public:
    explicit LineQueue(std::size_t limit) : _limit(limit) {}

    void put(mcp::ToClient message);

    /// The next one, with its line end, once there is one; none after close() when all are taken. Blocks.
    std::optional<mcp::ToClient> take();
    /// Drops everything, now and from then on: nobody reads it.
    void abandon();
    bool abandoned() const;
    /// Takes nothing more, and ends take() when all is taken.
    void close();

    /// Waits until at most half of the limit waits, or until stopWaiting().
    void waitForRoom();
    void stopWaiting();
    /// Waits until everything is taken, until `limit` at most. False if it is not.
    bool waitUntilTaken(std::chrono::steady_clock::time_point limit);

  private:
    struct State {
        std::deque<mcp::ToClient> lines;
        std::size_t bytes = 0;
        bool taking = false;  ///< the line that was taken last may not be written yet
        bool closed = false;
        bool abandoned = false;
        bool hasty = false;  ///< nobody waits for room any more

        bool idle() const { return lines.empty() && !taking; }
    };

    const std::size_t _limit;
    base::Guarded<State> _state;
};

}  // namespace aip::mcp_server

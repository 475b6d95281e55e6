#pragma once

#include "base/guarded.h"
#include "mcp_server/client_door.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace aip::mcp_server {

/// Lines that wait to be written. Any thread. Those that have a share are bounded by that. Of the others
/// `mostSmall` bytes wait at most: beyond, answers become errors, which are smaller, and all else is dropped.
class LineQueue {
  public:
    /// `limit`: bytes that a client is to leave unread, for waitForRoom().
    explicit LineQueue(std::size_t limit) : _limit(limit), _smallLimit(std::min(limit, mostSmall)) {}

    /// Room for the answers to all calls that a client may have, and for as much that waits before it reads no more.
    static constexpr std::size_t mostSmall = 2 * mcp::ServerSession::mostCalls * ClientLimits::smallMessage;

    void put(mcp::ToClient message);

    /// The next one, with its line end, once there is one; none after close() when all are taken. Blocks.
    std::optional<mcp::ToClient> take();
    /// Drops everything, now and from then on: nobody reads it.
    void abandon();
    bool abandoned() const;
    /// Takes nothing more, and ends take() when all is taken.
    void close();

    /// At most half of the limit waits, and of what has no share half of its limit; or stopWaiting() was called.
    bool hasRoom() const;
    /// Waits until it has.
    void waitForRoom();
    void stopWaiting();
    /// Waits until everything is taken, until `limit` at most. False if it is not.
    bool waitUntilTaken(std::chrono::steady_clock::time_point limit);

  private:
    struct State {
        std::deque<mcp::ToClient> lines;
        std::size_t bytes = 0;
        std::size_t small = 0;  ///< of them those without a share
        bool taking = false;    ///< the line that was taken last may not be written yet
        bool closed = false;
        bool abandoned = false;
        bool hasty = false;  ///< nobody waits for room any more

        bool idle() const { return lines.empty() && !taking; }
    };

    bool hasRoom(const State& state) const;

    const std::size_t _limit;
    const std::size_t _smallLimit;
    base::Guarded<State> _state;
};

}  // namespace aip::mcp_server

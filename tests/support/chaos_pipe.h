#pragma once

#include "tests/support/chaos_plan.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace aip::tests {

/// One direction of a connection: what has come in, and what of it may go out when. Pure.
class ChaosPipe {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit ChaosPipe(const Way& way) : _way(way) {}

    /// From now on this happens; what is inside already goes out as planned.
    void change(const Way& way);

    /// Is there room for more of the sender's bytes?
    bool takes() const;
    void push(std::string_view bytes, TimePoint now);
    /// The sender is gone.
    void end() { _ended = true; }

    /// What may go out now; empty if nothing.
    std::string_view due(TimePoint now) const;
    void passed(std::size_t bytes);
    /// When due() will have something.
    TimePoint next() const;

    /// The position is reached at which the connection is cut.
    bool cut() const { return _taken >= _way.cutAt && _inside.empty(); }
    /// The sender is gone, and everything it sent is out.
    bool over() const { return _ended && _inside.empty(); }
    /// ... and the receiver must learn it.
    bool ended() const { return over() && !hidesEnd(); }
    /// The receiver must never learn it.
    bool hidesEnd() const { return _taken >= _way.stallAt || _way.hidesEnd; }
    /// What the sender sends is dropped; only its end is watched.
    bool swallows() const { return _taken >= _way.stallAt && !_ended; }

  private:
    struct Chunk {
        std::string bytes;
        TimePoint due;
    };

    Way _way;
    std::size_t _taken = 0;  ///< since the beginning or the last change
    std::deque<Chunk> _inside;
    std::size_t _offset = 0;  ///< of what is not out yet, in the first chunk
    bool _ended = false;
};

}  // namespace aip::tests

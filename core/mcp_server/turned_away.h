#pragma once

#include "base/descriptor.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string_view>

namespace aip::mcp_server {

/// Connections that have got their answer although nobody has read their requests. They stay open until the client has
/// closed them or a moment has passed: closed at once, with bytes unread, they would lose their answers on the way.
/// Nothing here blocks. One thread.
class TurnedAway {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr std::size_t mostKept = 64;
    static constexpr std::chrono::seconds moment{2};

    /// Sends `answer`, as much of it as is taken at once. Of too many, the oldest goes.
    void add(base::Descriptor connection, std::string_view answer, TimePoint now);
    /// Closes those that are over. To be called now and then.
    void sweep(TimePoint now);

    std::size_t size() const { return _kept.size(); }

  private:
    struct Kept {
        base::Descriptor connection;
        TimePoint until;
    };

    std::deque<Kept> _kept;
};

}  // namespace aip::mcp_server

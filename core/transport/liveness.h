#pragma once

#include "base/clock.h"
#include "transport/channel.h"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace aip::transport {

/// The deadlines of an open connection. Pure: it is told what happens and when.
class Liveness {
  public:
    using TimePoint = base::Clock::TimePoint;

    Liveness(const ChannelSettings& settings, TimePoint now);

    /// Bytes have arrived; `midMessage`: they end within a frame or message.
    void received(TimePoint now, bool midMessage);

    /// The peer has taken `bytes`; `pending`: there is more for it.
    void sent(TimePoint now, std::size_t bytes, bool pending);

    bool pingDue(TimePoint now) const { return now >= _nextPing; }
    void pinged(TimePoint now);

    /// When to look again.
    TimePoint next() const;

    /// Why the connection counts as lost; empty if it does not (static text).
    std::string_view verdict(TimePoint now) const;

  private:
    static constexpr TimePoint never = TimePoint::max();

    TimePoint whilePinging(TimePoint time) const;

    ChannelSettings _settings;
    std::chrono::milliseconds _interval;
    TimePoint _nextPing;
    TimePoint _silenceDeadline;
    TimePoint _readDeadline = never;
    TimePoint _sendDeadline = never;
};

}  // namespace aip::transport

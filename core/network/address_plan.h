#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace aip::network {

/// Which address of a host is tried next, and for how long: one after the other, all of them before the deadline. Pure.
class AddressPlan {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// An address that has not taken the connection by then is not waited for if there is another one: time enough for
    /// a lost packet to be sent again.
    static constexpr std::chrono::milliseconds connectCap{2000};

    AddressPlan() = default;
    AddressPlan(std::vector<std::string> addresses, TimePoint deadline)
        : _addresses(std::move(addresses)), _deadline(deadline) {}

    /// Goes on to the next address; false if there is none.
    bool next();

    /// Of the attempt that next() has begun.
    const std::string& address() const { return _addresses[_tried - 1]; }

    /// Until when the address may take the connection.
    TimePoint connectDeadline(TimePoint now) const;

    /// Until when the handshake may end with an address that has taken the connection.
    TimePoint handshakeDeadline(TimePoint now) const { return now + share(now); }

  private:
    std::size_t left() const { return _addresses.size() - _tried; }
    base::Clock::Duration share(TimePoint now) const { return (_deadline - now) / static_cast<int>(left() + 1); }

    std::vector<std::string> _addresses;
    TimePoint _deadline{};
    std::size_t _tried = 0;
};

}  // namespace aip::network

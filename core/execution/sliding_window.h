#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace aip::execution {

/// So much in any window of this length.
struct Quota {
    std::uint64_t most = 0;  ///< 0: no limit
    std::chrono::milliseconds window{};
    std::string written{};  ///< in the configuration, for texts

    bool unlimited() const { return most == 0; }

    bool operator==(const Quota&) const = default;
};

/// Adds up what has happened within the last window. Never more than the quota in any window: what happens within a
/// slice of it counts until the latest of that slice has left, so that memory is bounded whatever comes. Pure. Not for
/// concurrent use.
class SlidingWindow {
  public:
    using TimePoint = base::Clock::TimePoint;

    static constexpr int slices = 256;

    /// Whether `amount` more fits now.
    bool fits(const Quota& quota, std::uint64_t amount, TimePoint now);
    void add(const Quota& quota, std::uint64_t amount, TimePoint now);

    /// From `now` until `amount` fits into a quota that is one, if nothing else is added; the whole window if it never
    /// does.
    std::chrono::milliseconds waitFor(const Quota& quota, std::uint64_t amount, TimePoint now);

  private:
    struct Slice {
        TimePoint first;
        TimePoint last;
        std::uint64_t amount;
    };

    void forget(const Quota& quota, TimePoint now);

    std::deque<Slice> _slices;
    std::uint64_t _sum = 0;
};

}  // namespace aip::execution

#pragma once

#include "base/clock.h"

#include <atomic>
#include <functional>

namespace aip::tests {

/// A clock that stands still until the test moves it. Any thread.
class ManualClock final : public base::Clock {
  public:
    TimePoint now() const override { return TimePoint(Duration(_now.load())); }
    WallTime wallNow() const override {
        return WallTime(std::chrono::duration_cast<WallTime::duration>(Duration(_now)));
    }

    void advance(Duration by) {
        _now += by.count();
        if (moved) {
            moved();
        }
    }

    std::function<void()> moved;  ///< set before any thread uses the clock

  private:
    std::atomic<Duration::rep> _now{Duration(std::chrono::hours(1)).count()};
};

}  // namespace aip::tests

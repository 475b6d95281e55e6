#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace aip::schema {

/// Another thread sets it when nobody wants the verdict of a check any more. Null: nobody can.
using StopFlag = const std::atomic<bool>*;

/// What a check may cost, in steps, each of one to three nanoseconds in a release build, of up to ten where a pattern
/// is searched state by state. Whoever does something spends the price first: prices go by what is touched (bytes,
/// members, items, schemas), and none is for less than it takes. The flag is looked at after each slice of steps.
class Budget {
  public:
    explicit Budget(std::uint64_t steps, StopFlag stop = nullptr) : _later(steps), _stop(stop) {}

    /// False when there is not enough left, or the check is to stop; from then on nothing is.
    bool spend(std::uint64_t steps) {
        if (steps > _slice && !refill(steps)) {
            return false;
        }
        _slice -= steps;
        return !_spent;
    }
    void exhaust() {
        _slice = _later = 0;
        _spent = true;
    }
    bool spent() const { return _spent; }

  private:
    static constexpr std::uint64_t sliceSize = 1U << 16U;

    bool refill(std::uint64_t steps) {
        _later += _slice;
        if (steps > _later || (_stop != nullptr && *_stop)) {
            exhaust();
            return false;
        }
        _slice = std::min(_later, std::max(steps, sliceSize));
        _later -= _slice;
        return true;
    }

    std::uint64_t _slice = 0;
    std::uint64_t _later;
    StopFlag _stop;
    bool _spent = false;
};

}  // namespace aip::schema

#pragma once

#include <cstdint>

namespace aip::schema {

/// What a check may cost, in steps. A step is about one byte touched, or one schema applied to one value.
class Budget {
  public:
    explicit Budget(std::uint64_t steps) : _left(steps) {}

    /// False when there is not enough left; from then on nothing is.
    bool spend(std::uint64_t steps) {
        if (steps > _left) {
            _spent = true;
            _left = 0;
        } else {
            _left -= steps;
        }
        return !_spent;
    }
    void exhaust() {
        _left = 0;
        _spent = true;
    }
    bool spent() const { return _spent; }

  private:
    std::uint64_t _left;
    bool _spent = false;
};

}  // namespace aip::schema

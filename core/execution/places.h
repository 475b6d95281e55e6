#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace aip::execution {

/// A limit that all front doors share: each thing that a door has taken and not yet answered has a place. Any thread,
/// no locks. Outlives its places.
class Places {
  public:
    /// Free again when it is destroyed.
    class Place {
      public:
        Place(Place&& other) noexcept : _places(std::exchange(other._places, nullptr)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (_places != nullptr) {
                --_places->_taken;
            }
        }

      private:
        friend class Places;
        explicit Place(Places* places) : _places(places) {}

        Places* _places;
    };

    explicit Places(std::size_t limit) : _limit(limit) {}

    /// None if all are taken.
    std::optional<Place> take() {
        std::size_t taken = _taken;
        while (taken < _limit) {
            if (_taken.compare_exchange_weak(taken, taken + 1)) {
                return Place(this);
            }
        }
        return std::nullopt;
    }

    std::size_t taken() const { return _taken; }

  private:
    const std::size_t _limit;
    std::atomic<std::size_t> _taken{0};
};

}  // namespace aip::execution

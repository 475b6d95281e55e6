#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace aip::base {

/// Bytes that several share. Any thread, no locks.
class ByteBudget {
  public:
    /// What one of them has; given back when it is destroyed, if not before. One thread at a time.
    class Share {
      public:
        explicit Share(std::shared_ptr<ByteBudget> budget) : _budget(std::move(budget)) {}
        ~Share() { giveBack(); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// False, and nothing changes, if so much is not left. Who is alone may have any number.
        bool grow(std::size_t more) {
            std::size_t taken = _budget->_taken;
            do {
                if (more > 0 && taken != _bytes && taken + more > _budget->_limit) {
                    return false;
                }
            } while (!_budget->_taken.compare_exchange_weak(taken, taken + more));
            _bytes += more;
            return true;
        }

        /// All of it.
        void giveBack() { _budget->_taken -= std::exchange(_bytes, 0); }

      private:
        const std::shared_ptr<ByteBudget> _budget;
        std::size_t _bytes = 0;
    };

    explicit ByteBudget(std::size_t limit) : _limit(limit) {}

  private:
    const std::size_t _limit;
    std::atomic<std::size_t> _taken{0};
};

}  // namespace aip::base

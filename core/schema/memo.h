#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aip::schema {

/// Outcomes by key, as many as fit: beyond 2^18 it begins again. Cleared in no time, so that one serves many checks.
class Memo {
  public:
    enum class Known : std::uint8_t { unknown, passed, failed };

    /// `round`: of its first outcomes; each clear() begins another.
    explicit Memo(std::uint32_t round = 1) : _round(round) {}

    Known find(std::uint64_t key) const {
        return _slots.empty() || _used == 0 ? Known::unknown : _slots[slotOf(key)].known(_round);
    }

    void add(std::uint64_t key, bool passed) {
        if (2 * (_used + 1) > _slots.size()) {
            makeRoom();
        }
        Slot& slot = _slots[slotOf(key)];
        slot = {key, _round, passed};
        ++_used;
    }

    void clear() {
        if (++_round == neverUsed) {
            _slots.assign(_slots.size(), {});
            ++_round;
        }
        _used = 0;
    }

    /// Gives memory back that only a large check needed.
    void trim() {
        if (_slots.size() > 1U << 12U) {
            _slots = {};
            _used = 0;
        }
    }

  private:
    static constexpr std::uint32_t neverUsed = 0;

    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t round = neverUsed;
        bool passed = false;

        Known known(std::uint32_t current) const {
            return round != current ? Known::unknown : passed ? Known::passed : Known::failed;
        }
    };

    /// Where the key is, or a free slot.
    std::size_t slotOf(std::uint64_t key) const {
        std::size_t at = ((key * 0x9E3779B97F4A7C15U) >> 32U) & (_slots.size() - 1);
        while (_slots[at].round == _round && _slots[at].key != key) {
            at = (at + 1) & (_slots.size() - 1);
        }
        return at;
    }

    void makeRoom() {
        constexpr std::size_t most = 1U << 19U;
        if (_slots.size() >= most) {
            clear();
            return;
        }
        std::vector<Slot> old(_slots.empty() ? 64 : 2 * _slots.size());
        old.swap(_slots);
        _used = 0;
        for (const Slot& slot : old) {
            if (slot.round == _round) {
                _slots[slotOf(slot.key)] = slot;
                ++_used;
            }
        }
    }

    std::vector<Slot> _slots;
    std::size_t _used = 0;
    std::uint32_t _round;
};

}  // namespace aip::schema

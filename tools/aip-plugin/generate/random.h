#pragma once

#include <cstdint>
#include <random>

namespace aip::tool {

/// Numbers that are the same for a seed on every machine.
class Random {
  public:
    explicit Random(std::uint64_t seed) : _engine(seed) {}

    /// 0 to `count` - 1; `count` is at least 1.
    std::uint64_t below(std::uint64_t count) { return _engine() % count; }
    bool chance(unsigned percent) { return below(100) < percent; }

    template <typename List>
    const auto& pick(const List& list) {
        return list[below(std::size(list))];
    }

  private:
    std::mt19937_64 _engine;
};

}  // namespace aip::tool

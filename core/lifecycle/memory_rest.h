#pragma once

#include <cstddef>

namespace aip::lifecycle {

/// When the memory that messages have left behind is given back to the system: after so many bytes of them, as soon as
/// nothing is under way. The allocator keeps what small and middle-sized pieces leave; one pass over it takes some
/// milliseconds. Pure. Not for concurrent use.
class MemoryRest {
  public:
    static constexpr std::size_t worthIt = 32UL << 20U;

    /// A message of this size has come, or is to be sent.
    void carried(std::size_t bytes) { _bytes += bytes; }

    bool enough() const { return _bytes >= worthIt; }

    /// True if it is time; then it counts from the beginning again. `quiet`: nothing is executed or waits to be sent.
    bool due(bool quiet) {
        const bool now = quiet && enough();
        _bytes = now ? 0 : _bytes;
        return now;
    }

  private:
    std::size_t _bytes = 0;
};

}  // namespace aip::lifecycle

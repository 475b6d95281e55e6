#pragma once

#include <chrono>
#include <cstddef>

namespace aip::lifecycle {

/// When the memory that messages have left behind is given back to the system: after much of them as soon as nothing is
/// under way, and after some when none has come or gone for `rest`: what was in use at the first pass goes back, too.
/// The allocator keeps what small and middle-sized pieces leave; one pass over it takes some milliseconds. Pure. Not
/// for concurrent use.
class MemoryRest {
  public:
    static constexpr std::size_t most = 32UL << 20U;
    static constexpr std::size_t least = 1UL << 20U;
    static constexpr std::chrono::seconds rest{10};
    static constexpr std::size_t busy = 4UL << 10U;  ///< a smaller message, such as a heartbeat, does not postpone it

    /// A message of this size has come, or is to be sent.
    void carried(std::size_t bytes) { _bytes += bytes; }
    /// It begins again.
    void givenBack() { _bytes = 0; }

    bool some() const { return _bytes >= least; }
    bool much() const { return _bytes >= most; }

  private:
    std::size_t _bytes = 0;
};

}  // namespace aip::lifecycle

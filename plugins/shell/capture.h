#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aip::shell {

/// Keeps the beginning and the end of an output, each up to half of `limit` bytes, however much comes.
class Capture {
  public:
    explicit Capture(std::size_t limit) : _half(limit / 2) {}

    void add(std::string_view bytes);

    /// All of it, or head and tail with "... [N bytes cut] ..." on a line between them. A character that the cut went
    /// through is counted as cut.
    std::string text() const;

  private:
    const std::size_t _half;
    std::size_t _total = 0;
    std::string _head;
    std::string _tail;  ///< what came after the head: the last _half bytes of it, and now and then more
};

}  // namespace aip::shell

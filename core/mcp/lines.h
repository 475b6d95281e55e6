#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace aip::mcp {

/// Pieces of a stream to its lines, without their ends (LF or CR LF). Pure.
class Lines {
  public:
    /// `longest`: bytes of a line.
    explicit Lines(std::size_t longest) : _longest(longest) {}

    /// Gives each line that `bytes` completes to `take`. False, now and from then on, if one is too long.
    bool feed(std::string_view bytes, const std::function<void(std::string line)>& take);

    /// Bytes that have come of a line without its end.
    std::size_t unfinished() const { return _rest.size(); }

  private:
    const std::size_t _longest;
    std::string _rest;
    bool _tooLong = false;
};

}  // namespace aip::mcp

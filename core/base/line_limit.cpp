#include "base/line_limit.h"

#include "base/printable.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aip::base {
namespace {

/// The log cuts a line after so many bytes.
constexpr std::size_t longestLine = 16UL << 10U;
constexpr std::chrono::seconds pause{1};

}  // namespace

std::optional<std::uint64_t> LineLimit::pass(Clock::TimePoint now, std::string_view line) {
    const std::chrono::duration<double> passed = now - _filledAt;
    _lines = std::min(_rates.lines, _lines + passed.count() * _rates.linesPerSecond);
    _bytes = std::min(_rates.bytes, _bytes + passed.count() * _rates.bytesPerSecond);
    _filledAt = now;
    const bool pauses = _dropped > 0 && now < _droppedSince + pause;
    if (pauses || _lines < 1 || _bytes <= 0) {
        _droppedSince = _dropped++ == 0 ? now : _droppedSince;
        return std::nullopt;
    }
    _lines -= 1;
    _bytes -= static_cast<double>(printable(line, longestLine).size());
    return std::exchange(_dropped, 0);
}

}  // namespace aip::base

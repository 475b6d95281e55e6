#include "base/line_limit.h"

#include "base/printable.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace aip::base {
namespace {

/// The log cuts a line after so many bytes.
constexpr std::size_t longestLine = 16UL << 10U;
constexpr std::chrono::seconds pause{1};

}  // namespace

std::string LineVerdict::notice(std::string_view cause) const {
    if (passes) {
        return dropped == 0 ? "" : fmt::format("{} lines were dropped: {}", dropped, cause);
    }
    return dropped == 1 ? fmt::format("lines are dropped from now on: {}", cause) : "";
}

LineVerdict LineLimit::judge(Clock::TimePoint now, std::string_view line) {
    const std::chrono::duration<double> passed = now - _filledAt;
    _lines = std::min(_rates.lines, _lines + passed.count() * _rates.linesPerSecond);
    _bytes = std::min(_rates.bytes, _bytes + passed.count() * _rates.bytesPerSecond);
    _filledAt = now;
    const bool pauses = _dropped > 0 && now < _droppedSince + pause;
    if (pauses || _lines < 1 || _bytes <= 0) {
        _droppedSince = _dropped++ == 0 ? now : _droppedSince;
        return {.passes = false, .dropped = _dropped};
    }
    _lines -= 1;
    _bytes -= static_cast<double>(printable(line, longestLine).size());
    return {.passes = true, .dropped = std::exchange(_dropped, 0)};
}

}  // namespace aip::base

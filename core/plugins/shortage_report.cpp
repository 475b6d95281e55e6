#include "plugins/shortage_report.h"

#include <algorithm>
#include <utility>

namespace aip::plugins {

std::optional<std::string> ShortageReport::failed(TimePoint now, const std::string& why, const std::string& nextTry) {
    const bool first = !_since;
    _since = _since.value_or(now);
    _silence = first ? firstSummary : _silence;
    _tries = first ? 1 : _tries + 1;
    if (!first && now < _summaryAt) {
        return std::nullopt;
    }
    _summaryAt = now + _silence;
    _silence = std::min(2 * _silence, longestSilence);
    return (first ? _lack + " now: " : "still " + _lack + " after " + soFar(now) + ": ") + why + "; " + nextTry;
}

std::optional<std::string> ShortageReport::over(TimePoint now) {
    if (!_since) {
        return std::nullopt;
    }
    std::string line = _again + " after " + soFar(now);
    _since.reset();
    return line;
}

/// "2.2 s and 13 tries"
std::string ShortageReport::soFar(TimePoint now) const {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(now - *_since).count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s and " + std::to_string(_tries) +
           (_tries == 1 ? " try" : " tries");
}

}  // namespace aip::plugins

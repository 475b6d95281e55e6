#include "app/discovery_retry.h"

#include <algorithm>

namespace aip::app {

DiscoveryRetry::Next DiscoveryRetry::discovered(TimePoint now, const std::string& shortage) {
    if (shortage.empty()) {
        _wait = firstWait;
        return {std::nullopt, _report.over(now)};
    }
    const auto wait = _wait;
    _wait = std::min(2 * _wait, longestWait);
    return {wait, _report.failed(now, shortage, "next try in " + std::to_string(wait.count()) + " s, or at a reload")};
}

}  // namespace aip::app

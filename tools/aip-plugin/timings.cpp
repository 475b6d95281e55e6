#include "timings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aip::tool {

std::chrono::nanoseconds Timings::quantile(double share) const {
    if (_times.empty()) {
        return {};
    }
    auto sorted = _times;
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(sorted.size())) - 1);
    const auto place = sorted.begin() + std::max<std::ptrdiff_t>(rank, 0);
    std::nth_element(sorted.begin(), place, sorted.end());
    return *place;
}

std::string Timings::summary() const {
    return "p50 " + shown(quantile(0.5)) + ", p99 " + shown(quantile(0.99)) + ", max " + shown(quantile(1));
}

std::string shown(std::chrono::nanoseconds time) {
    const auto nanoseconds = static_cast<double>(time.count());
    if (nanoseconds < 1e6) {
        return fmt::format("{:.1f} us", nanoseconds / 1e3);
    }
    return nanoseconds < 1e9 ? fmt::format("{:.1f} ms", nanoseconds / 1e6) : fmt::format("{:.1f} s", nanoseconds / 1e9);
}

}  // namespace aip::tool

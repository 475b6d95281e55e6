#include "execution/sliding_window.h"

#include <algorithm>

namespace aip::execution {

bool SlidingWindow::fits(const Quota& quota, std::uint64_t amount, TimePoint now) {
    forget(quota, now);
    return quota.unlimited() || (amount <= quota.most && _sum <= quota.most - amount);
}

void SlidingWindow::add(const Quota& quota, std::uint64_t amount, TimePoint now) {
    forget(quota, now);
    if (_slices.empty() || now - _slices.back().first >= quota.window / slices) {
        _slices.push_back({now, now, 0});
    }
    auto& slice = _slices.back();
    slice.last = std::max(slice.last, now);
    slice.amount += amount;
    _sum += amount;
}

std::chrono::milliseconds SlidingWindow::waitFor(const Quota& quota, std::uint64_t amount, TimePoint now) {
    forget(quota, now);
    if (amount > quota.most) {
        return quota.window;
    }
    std::uint64_t sum = _sum;
    for (const auto& slice : _slices) {
        if (sum <= quota.most - amount) {
            break;
        }
        sum -= slice.amount;
        if (sum <= quota.most - amount) {
            return std::chrono::ceil<std::chrono::milliseconds>(slice.last + quota.window - now);
        }
    }
    return std::chrono::milliseconds(0);
}

void SlidingWindow::forget(const Quota& quota, TimePoint now) {
    while (!_slices.empty() && now - _slices.front().last >= quota.window) {
        _sum -= _slices.front().amount;
        _slices.pop_front();
    }
}

}  // namespace aip::execution

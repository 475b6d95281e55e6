#pragma once

#include <chrono>
#include <thread>

namespace aip::tests {

/// Waits until `predicate` is true, for a change that nobody reports. It is not asked again after that. Only a failing
/// test reaches the limit.
template <typename Predicate>
bool comesTrue(Predicate predicate) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace aip::tests

#pragma once

#include <chrono>
#include <thread>

namespace aip::tests {

/// Whether `predicate` becomes true within 30 s; polls every millisecond. For conditions that nothing signals.
template <typename Predicate>
bool comesTrue(Predicate predicate) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!predicate() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return predicate();
}

}  // namespace aip::tests

#pragma once

#include <chrono>
#include <thread>

namespace aip::tests {

/// Whether it comes true, for what tells nobody when it does. The limit is only reached by a failing test.
template <typename Predicate>
bool comesTrue(Predicate predicate) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!predicate() && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    return predicate();
}

}  // namespace aip::tests

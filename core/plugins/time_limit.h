#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace aip::plugins {

/// What `make` returns, if that is within `limit` and before `givenUp`. `make` runs on a thread of its own; if it is
/// late, the thread is left behind and destroys the product. Throws std::system_error if no thread can be made.
template <typename T>
std::optional<T> produceWithin(std::chrono::milliseconds limit, std::function<T()> make,
                               const std::stop_token& givenUp = {}) {
    struct Shared {
        std::mutex mutex;
        std::condition_variable_any ready;
        std::optional<T> product;
        bool givenUp = false;
    };
    const auto shared = std::make_shared<Shared>();
    std::thread thread([shared, make = std::move(make)] {
        T product = make();
        const std::lock_guard lock(shared->mutex);
        if (!shared->givenUp) {
            shared->product.emplace(std::move(product));
            shared->ready.notify_one();
        }
    });
    std::unique_lock lock(shared->mutex);
    const bool inTime = shared->ready.wait_for(lock, givenUp, limit, [&] { return shared->product.has_value(); });
    shared->givenUp = !inTime;
    lock.unlock();
    if (!inTime) {
        thread.detach();
        return std::nullopt;
    }
    thread.join();
    return std::move(shared->product);
}

}  // namespace aip::plugins

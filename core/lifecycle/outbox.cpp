#include "lifecycle/outbox.h"

#include <utility>

namespace aip::lifecycle {

using base::Code;
using base::Error;

base::Result<void> Outbox::put(hosting::Artifact artifact) {
    const std::lock_guard lock(_mutex);
    if (!_wake) {
        return Error(Code::unavailable, "there is no connection to the server");
    }
    if (_waiting.size() + _underWay >= maxFiles) {
        return Error(Code::exhausted, std::to_string(maxFiles) + " files wait to be sent");
    }
    _waiting.push_back(std::move(artifact));
    _wake();
    return {};
}

void Outbox::open(std::function<void()> wake) {
    const std::lock_guard lock(_mutex);
    _wake = std::move(wake);
}

void Outbox::close() {
    const std::lock_guard lock(_mutex);
    _wake = nullptr;
    _waiting.clear();
}

std::vector<hosting::Artifact> Outbox::take() {
    const std::lock_guard lock(_mutex);
    _underWay += _waiting.size();
    return std::exchange(_waiting, {});
}

void Outbox::done() {
    const std::lock_guard lock(_mutex);
    --_underWay;
}

}  // namespace aip::lifecycle

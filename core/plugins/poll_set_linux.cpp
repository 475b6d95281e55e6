#include "plugins/poll_set.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::plugins {

struct PollSet::Polled {
    std::vector<pollfd> entries;
    bool waited = false;
};

PollSet::PollSet() : _polled(std::make_unique<Polled>()) {}
PollSet::~PollSet() = default;

bool PollSet::open() {
    if (!_wake) {
        _wake = base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    }
    return static_cast<bool>(_wake);
}

void PollSet::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(_wake.get(), &one, sizeof one);
}

std::size_t PollSet::add(int descriptor, bool readable, bool writable) {
    if (_polled->waited || _polled->entries.empty()) {
        _polled->entries.assign(1, {_wake.get(), POLLIN, 0});
        _polled->waited = false;
    }
    const int events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
    _polled->entries.push_back({descriptor, static_cast<short>(events), 0});
    return _polled->entries.size() - 1;
}

void PollSet::wait(base::Clock::TimePoint until) {
    using std::chrono::milliseconds;
    if (_polled->waited || _polled->entries.empty()) {
        _polled->entries.assign(1, {_wake.get(), POLLIN, 0});
    }
    _polled->waited = true;
    const auto now = std::chrono::steady_clock::now();
    const auto left = std::chrono::ceil<milliseconds>(std::max(until, now) - now);
    const int timeout =
        until == base::Clock::TimePoint::max() ? -1 : static_cast<int>(std::min(left, milliseconds(3'600'000)).count());
    if (::poll(_polled->entries.data(), _polled->entries.size(), timeout) <= 0) {
        std::ranges::for_each(_polled->entries, [](pollfd& entry) { entry.revents = 0; });
    }
    if (_polled->entries.front().revents != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(_wake.get(), &count, sizeof count);
    }
}

bool PollSet::ready(std::size_t index) const {
    return _polled->entries[index].revents != 0;
}

}  // namespace aip::plugins

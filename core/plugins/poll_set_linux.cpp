#include "plugins/poll_set.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::plugins {
namespace {

constexpr std::size_t mostAtOnce = 64;

// So that one set of flags serves both.
static_assert(unsigned{EPOLLIN} == unsigned{POLLIN} && unsigned{EPOLLOUT} == unsigned{POLLOUT});

int timeoutUntil(base::Clock::TimePoint until) {
    using std::chrono::milliseconds;
    if (until == base::Clock::TimePoint::max()) {
        return -1;
    }
    const auto now = std::chrono::steady_clock::now();
    const auto left = std::chrono::ceil<milliseconds>(std::max(until, now) - now);
    return static_cast<int>(std::min(left, milliseconds(3'600'000)).count());
}

}  // namespace

PollSet::Watched::~Watched() {
    if (_set != nullptr) {
        _set->takeOut(*this);
        std::erase(_set->_ready, this);
    }
}

bool PollSet::open() {
    if (!_wake) {
        _wake = base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    }
    if (_wake && !_set) {
        base::Descriptor set(::epoll_create1(EPOLL_CLOEXEC));
        epoll_event event{EPOLLIN, {.ptr = nullptr}};
        if (set && ::epoll_ctl(set.get(), EPOLL_CTL_ADD, _wake.get(), &event) == 0) {
            _set = std::move(set);
        }
    }
    return _wake && _set;
}

void PollSet::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(_wake.get(), &one, sizeof one);
}

void PollSet::clearWake() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto size = ::read(_wake.get(), &count, sizeof count);
}

void PollSet::watch(Watched& watched, int descriptor, bool readable, bool writable) {
    const unsigned events =
        descriptor < 0 ? 0 : (readable ? unsigned{EPOLLIN} : 0U) | (writable ? unsigned{EPOLLOUT} : 0U);
    if (events == watched._events && (events == 0 || descriptor == watched._descriptor)) {
        return;
    }
    _polled.reserve(_polled.size() + 1);  // what throws comes first
    const bool stays = watched._registered && events != 0 && descriptor == watched._descriptor;
    if (!stays) {
        takeOut(watched);
    }
    watched._set = this;
    watched._descriptor = descriptor;
    watched._events = events;
    if (events != 0 && !enroll(watched, stays ? EPOLL_CTL_MOD : EPOLL_CTL_ADD)) {
        _polled.push_back(&watched);
    }
}

bool PollSet::enroll(Watched& watched, int action) {
    epoll_event event{watched._events, {.ptr = &watched}};
    watched._registered = ::epoll_ctl(_set.get(), action, watched._descriptor, &event) == 0;
    return watched._registered;
}

void PollSet::takeOut(Watched& watched) {
    if (watched._registered) {
        ::epoll_ctl(_set.get(), EPOLL_CTL_DEL, watched._descriptor, nullptr);
    }
    std::erase(_polled, &watched);
    watched._registered = false;
    watched._events = 0;
}

void PollSet::wait(base::Clock::TimePoint until) {
    std::ranges::for_each(_ready, [](Watched* each) { each->_ready = false; });
    _ready.clear();
    const int timeout = timeoutUntil(until);
    if (_polled.empty()) {
        collect(timeout);
    } else {
        poll(timeout);
        collect(0);
    }
}

void PollSet::collect(int timeout) {
    std::array<epoll_event, mostAtOnce> events;  // NOLINT: the system fills what is read
    const int count = ::epoll_wait(_set.get(), events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < count; ++i) {
        if (auto* watched = static_cast<Watched*>(events.at(static_cast<std::size_t>(i)).data.ptr)) {
            watched->_ready = true;
            _ready.push_back(watched);
        } else {
            clearWake();
        }
    }
}

void PollSet::poll(int timeout) {
    std::vector<pollfd> entries{{_set.get(), POLLIN, 0}};
    for (const Watched* each : _polled) {
        entries.push_back({each->_descriptor, static_cast<short>(each->_events), 0});
    }
    if (::poll(entries.data(), entries.size(), timeout) <= 0) {
        return;
    }
    for (std::size_t i = 0; i < _polled.size(); ++i) {
        if (entries[i + 1].revents != 0) {
            _polled[i]->_ready = true;
            _ready.push_back(_polled[i]);
        }
    }
}

}  // namespace aip::plugins

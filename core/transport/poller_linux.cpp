#include "transport/poller.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::transport {
namespace {

timespec toTimespec(base::Clock::Duration duration) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(duration);
    return {static_cast<time_t>(whole.count()), static_cast<long>(std::chrono::nanoseconds(duration - whole).count())};
}

short events(Interest interest) {
    return static_cast<short>((interest.read ? POLLIN : 0) | (interest.write ? POLLOUT : 0));
}

}  // namespace

Poller::Poller() : _event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (_event < 0) {
        throw std::system_error(errno, std::system_category(), "eventfd");
    }
}

Poller::~Poller() {
    ::close(_event);
}

Readiness Poller::wait(int descriptor, Interest interest, std::optional<base::Clock::Duration> timeout) {
    std::array<pollfd, 2> polled{{{descriptor, events(interest), 0}, {_event, POLLIN, 0}}};
    _waiting = true;
    if (_woken.exchange(false)) {  // after _waiting: a later wake() sees that it must write
        timeout = base::Clock::Duration::zero();
    }
    const timespec limit =
        toTimespec(std::max(timeout.value_or(base::Clock::Duration::zero()), base::Clock::Duration::zero()));
    const int ready = ::ppoll(polled.data(), polled.size(), timeout ? &limit : nullptr, nullptr);
    _waiting = false;
    if (ready <= 0) {
        return {};
    }
    if (polled[1].revents != 0) {
        eventfd_t count = 0;
        ::eventfd_read(_event, &count);
        _woken.exchange(false);  // not a plain store: what the waker did before wake() is to be seen
    }
    const int got = polled[0].revents;
    const bool broken = (got & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    return {.readable = broken || (got & POLLIN) != 0, .writable = broken || (got & POLLOUT) != 0};
}

void Poller::wake() noexcept {
    if (!_woken.exchange(true) && _waiting) {
        const int saved = errno;
        ::eventfd_write(_event, 1);
        errno = saved;
    }
}

}  // namespace aip::transport

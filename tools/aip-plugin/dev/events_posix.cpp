#include "dev/events.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace aip::tool::dev {
namespace {

/// What a signal handler may touch.
volatile std::sig_atomic_t askedToStop = 0;
std::array<int, 2> wakeUp{-1, -1};

void wake() {
    const int before = errno;
    [[maybe_unused]] const auto written = ::write(wakeUp[1], "x", 1);  // a full pipe wakes as well
    errno = before;
}

void onStop(int /*signal*/) {
    askedToStop = 1;
    wake();
}

void onChild(int /*signal*/) {
    wake();
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(number, &action, nullptr);
}

}  // namespace

Events::Events() {
    if (::pipe2(wakeUp.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    watch(wakeUp[0], [](std::string_view) {});
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        handle(number, &onStop);
    }
    handle(SIGCHLD, &onChild);
    std::signal(SIGPIPE, SIG_IGN);
}

Events::~Events() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        std::signal(number, SIG_DFL);
    }
    for (int& end : wakeUp) {
        ::close(std::exchange(end, -1));
    }
}

void Events::watch(int descriptor, Take take) {
    _takes[descriptor] = std::move(take);
}

bool Events::stopped() const {
    return askedToStop != 0;
}

Events::End Events::until(const std::function<bool()>& done, Clock::time_point limit) {
    while (!stopped()) {
        if (done()) {
            return End::done;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now());
        if (left.count() <= 0) {
            return End::late;
        }
        serve(left);
    }
    return End::stopped;
}

bool Events::settle(const std::function<bool()>& done, Clock::time_point limit) {
    while (!done()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now());
        if (left.count() <= 0) {
            return false;
        }
        serve(left);
    }
    return true;
}

void Events::drain() {
    while (serve(std::chrono::milliseconds(0))) {
    }
}

bool Events::serve(std::chrono::milliseconds limit) {
    std::vector<pollfd> descriptors;
    for (const auto& [descriptor, take] : _takes) {
        descriptors.push_back({descriptor, POLLIN, 0});
    }
    const auto most = std::chrono::milliseconds(std::chrono::hours(1));
    const int ready = ::poll(descriptors.data(), descriptors.size(), static_cast<int>(std::min(limit, most).count()));
    for (const auto& each : descriptors) {
        if (ready > 0 && each.revents != 0 && _takes.contains(each.fd)) {
            read(each.fd);
        }
    }
    return ready > 0;
}

void Events::read(int descriptor) {
    std::array<char, 65536> bytes{};
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    const Take take = _takes.at(descriptor);  // it may forget itself
    if (size <= 0) {
        forget(descriptor);
    }
    take({bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
}

}  // namespace aip::tool::dev

#include "tests/support/chaos_proxy.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::tests {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

ChaosProxy::ChaosProxy(std::uint16_t server)
    : _server(server),
      _url(_door.url()),
      _wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      _thread([this](const std::stop_token& stop) { loop(stop); }) {}

ChaosProxy::~ChaosProxy() {
    _thread.request_stop();
    ::eventfd_write(_wake, 1);
    _thread.join();
    ::close(_wake);
}

void ChaosProxy::script(std::vector<Plan> plans) {
    ask([&] {
        _plans.assign(plans.begin(), plans.end());
        beginPlan();
    });
}

void ChaosProxy::strike(const Plan& plan) {
    ask([&] {
        for (ChaosLink& link : _links) {
            link.strike(plan);
        }
    });
}

void ChaosProxy::drop() {
    ask([this] { _links.clear(); });
}

std::size_t ChaosProxy::connections() {
    std::size_t count = 0;
    ask([&] { count = _links.size(); });
    return count;
}

void ChaosProxy::ask(const std::function<void()>& job) {
    const auto done = std::make_shared<std::promise<void>>();  // the thread may still be in it when we are woken
    {
        const std::lock_guard lock(_mutex);
        _asked.emplace_back([&job, done] {
            job();
            done->set_value();
        });
    }
    ::eventfd_write(_wake, 1);
    done->get_future().wait();
}

void ChaosProxy::loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        answer();
        endRefusal(Clock::now());
        accept();
        move();
        wait();
    }
}

void ChaosProxy::answer() {
    std::vector<std::function<void()>> asked;
    {
        const std::lock_guard lock(_mutex);
        asked.swap(_asked);
    }
    for (const auto& job : asked) {
        job();
    }
}

void ChaosProxy::beginPlan() {
    const bool refuses = _plans.front().entry == Plan::Entry::refused;
    refuses ? _door.shut() : _door.open();
    _refusesUntil = refuses && _plans.size() > 1 ? Clock::now() + _plans.front().refusal : TimePoint::max();
}

void ChaosProxy::endRefusal(TimePoint now) {
    while (now >= _refusesUntil) {
        _plans.pop_front();
        beginPlan();
    }
}

void ChaosProxy::accept() {
    while (_door.isOpen()) {
        const int client = _door.accept();
        if (client < 0) {
            return;
        }
        _links.emplace_back(client, _server, _plans.front());
        if (_plans.size() > 1) {
            _plans.pop_front();
            beginPlan();
        }
    }
}

void ChaosProxy::move() {
    const TimePoint now = Clock::now();
    _links.remove_if([now](ChaosLink& link) { return !link.move(now); });
}

void ChaosProxy::wait() {
    const TimePoint now = Clock::now();
    std::vector<pollfd> polled{{_wake, POLLIN, 0}};
    if (_door.isOpen()) {
        polled.push_back({_door.descriptor(), POLLIN, 0});
    }
    TimePoint next = _refusesUntil;
    for (const ChaosLink& link : _links) {
        link.addTo(polled, now);
        next = std::min(next, link.next(now));
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    ::poll(polled.data(), polled.size(), next == TimePoint::max() ? -1 : static_cast<int>(std::max<long>(left, 0)));
    eventfd_t count = 0;
    ::eventfd_read(_wake, &count);
}

}  // namespace aip::tests

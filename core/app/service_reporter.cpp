#include "app/service_reporter.h"

#include "base/log.h"
#include "base/thread_name.h"

#include <algorithm>
#include <utility>

namespace aip::app {
namespace {

/// Of the time after which the manager would act.
constexpr int beatsInATime = 3;

}  // namespace

ServiceReporter::ServiceReporter(ServiceNotify notify, bool whenRegistered)
    : _notify(std::move(notify)), _shared(Shared{ServiceState(whenRegistered)}) {
    if (_notify.connected()) {
        _thread = std::thread([this] { run(); });
    }
}

ServiceReporter::~ServiceReporter() {
    if (_thread.joinable()) {
        _shared.with([](Shared& shared) { shared.ending = true; });
        _shared.notify();
        _thread.join();
    }
}

void ServiceReporter::watch(std::function<bool()> makesProgress) {
    _progress.with([&](auto& held) { held.swap(makesProgress); });
}

void ServiceReporter::run() {
    base::nameThread("aip-service");
    auto next = std::chrono::steady_clock::now();
    while (sendWaiting(next)) {
        const auto now = std::chrono::steady_clock::now();
        const auto every = interval();
        if (!every) {
            next = std::chrono::steady_clock::time_point::max();
            continue;
        }
        next = std::min(next, now + *every);
        if (now >= next) {
            const bool progress = _progress.with([](const auto& makes) { return makes && makes(); });
            const auto text = _shared.with(
                [&](const Shared& shared) { return shared.state.turn(progress, _notify.watchdog().has_value()); });
            if (!text.empty()) {
                _notify.send(text);
            }
            next = now + *every;
        }
    }
}

/// Waits for something to send, or for `until`. False: that was the last.
bool ServiceReporter::sendWaiting(std::chrono::steady_clock::time_point until) {
    auto [texts, ending] = _shared.waitUntil(
        until, [](const Shared& shared) { return shared.ending || !shared.waiting.empty(); },
        [](Shared& shared) { return std::pair(std::exchange(shared.waiting, {}), shared.ending); });
    for (const auto& text : texts) {
        if (!_notify.send(text)) {
            base::log::warn("the service manager does not take: {}", text.substr(0, text.find('\n')));
        }
    }
    return !ending;
}

/// None: nothing is due but what happens.
std::optional<std::chrono::microseconds> ServiceReporter::interval() const {
    std::optional<std::chrono::microseconds> every;
    if (const auto watchdog = _notify.watchdog()) {
        every = *watchdog / beatsInATime;
    }
    if (_shared.with([](const Shared& shared) { return shared.state.isStopping(); })) {
        every =
            std::min<std::chrono::microseconds>(every.value_or(ServiceState::extendEvery), ServiceState::extendEvery);
    }
    return every;
}

}  // namespace aip::app

#pragma once

#include "app/service_notify.h"
#include "app/service_state.h"
#include "base/clock.h"
#include "base/guarded.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace aip::app {

/// Tells the service manager what becomes of the agent, on a thread of its own; without a manager it does nothing and
/// has no thread. Any thread; nothing blocks.
class ServiceReporter {
  public:
    /// `whenRegistered`: as ServiceState.
    ServiceReporter(ServiceNotify notify, bool whenRegistered);
    /// Sends what waits.
    ~ServiceReporter();
    ServiceReporter(const ServiceReporter&) = delete;
    ServiceReporter& operator=(const ServiceReporter&) = delete;

    void started() { tell(&ServiceState::started); }
    void registered() { tell(&ServiceState::registered); }
    void reloading() { tell(&ServiceState::reloading, std::chrono::steady_clock::now()); }
    void reloaded() { tell(&ServiceState::reloaded); }
    void stopping() { tell(&ServiceState::stopping); }
    void status(const std::string& text) { tell(&ServiceState::status, text); }

    /// Asked in each interval; must not block. Empty: nobody knows, and the watchdog is not fed. Returns when an
    /// earlier one is not called any more.
    void watch(std::function<bool()> makesProgress);

  private:
    struct Shared {
        ServiceState state;
        std::vector<std::string> waiting{};
        bool ending = false;
    };

    template <typename Function, typename... Values>
    void tell(Function function, const Values&... values) {
        if (!_notify.connected()) {
            return;
        }
        _shared.with([&](Shared& shared) {
            if (auto text = (shared.state.*function)(values...); !text.empty()) {
                shared.waiting.push_back(std::move(text));
            }
        });
        _shared.notify();
    }

    void run();
    bool sendWaiting(std::chrono::steady_clock::time_point until);
    std::optional<std::chrono::microseconds> interval() const;

    const ServiceNotify _notify;
    base::Guarded<Shared> _shared;
    base::Guarded<std::function<bool()>> _progress;
    std::thread _thread;
};

}  // namespace aip::app

#pragma once

#include "app/datagrams.h"

#include <chrono>
#include <optional>
#include <string>

namespace aip::app {

/// The way to the service manager that has started this process, if it wants to hear of it: sd_notify(3) and
/// sd_watchdog_enabled(3).
class ServiceNotify {
  public:
    /// There is nobody.
    ServiceNotify() = default;

    /// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment, so that no child gets them: it could
    /// speak in our name. Before the first thread, and before a fork.
    static ServiceNotify take();

    bool connected() const { return _socket.has_value(); }

    /// How often it must hear WATCHDOG=1; none: it need not.
    std::optional<std::chrono::microseconds> watchdog() const { return _watchdog; }

    /// Assignments, one in each line. Waits up to a second for a manager that does not read. False: it was not sent.
    bool send(const std::string& state) const { return _socket && _socket->send(state); }

  private:
    std::optional<Datagrams> _socket;
    std::optional<std::chrono::microseconds> _watchdog;
};

}  // namespace aip::app

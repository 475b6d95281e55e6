#pragma once

#include "app/settings.h"
#include "lifecycle/session.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace aip::app {

/// What calls the tools of this device, as the agent starts and stops it.
class Front {
  public:
    using End = lifecycle::Session::End;

    virtual ~Front() = default;

    /// Works until it ends by itself or after stop(). [thread of its own]
    virtual End run() = 0;

    /// Does not block. A second call means: more quickly.
    virtual void stop() = 0;

    /// The settings after a reload.
    virtual void reload(const Settings& settings) = 0;
    /// The settings could not be read again; what they name may still be another.
    virtual void renewCredentials() {}
    /// This machine has a new address.
    virtual void networkUp() {}
    /// There may be other tools. Any thread.
    virtual void toolsChanged() {}

    /// Of the session with the server; none if there is no server, or nothing is heard of its thread within `limit`.
    virtual std::optional<lifecycle::SessionStatus> status(std::chrono::milliseconds /*limit*/) { return {}; }
    /// Its thread calls it in its next turn, after what was requested before; without such a loop at once. Any thread.
    virtual void ask(const std::function<void()>& answer) { answer(); }
    /// Asks the server for a task, if there is one.
    virtual void requestTask(std::string /*request*/, std::string /*name*/) {}
};

}  // namespace aip::app

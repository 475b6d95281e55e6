#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/timer_queue.h"
#include "execution/dispatcher.h"
#include "lifecycle/session.h"
#include "plugins/registry.h"

#include <memory>
#include <string>
#include <thread>

namespace aip::app {

/// Finds and admits the plugins as the settings say. Loads no code. Plugins leave files for the server in `outbox`;
/// with none, they cannot send any.
plugins::Registry discoverPlugins(const Settings& settings, const std::shared_ptr<lifecycle::Outbox>& outbox = nullptr);

/// All rooms, wired: built in order, taken down in the reverse order.
class Agent {
  public:
    static base::Result<std::unique_ptr<Agent>> create(const Settings& settings);
    ~Agent();

    lifecycle::Session& session() { return *_session; }

    /// Starts what is to start at once and runs the session on a thread of its own. `ended` is called on that thread
    /// when the session has ended by itself or after stop().
    void start(std::function<void()> ended);

    /// Waits for the session's thread, then stops the plugins.
    lifecycle::Session::End join();

  private:
    explicit Agent(const Settings& settings);
    base::Result<void> wire();
    std::string describe() const;

    const Settings _settings;
    base::SystemClock _clock;
    execution::AllowAll _policy;
    const std::shared_ptr<lifecycle::Outbox> _outbox;  ///< null: no files are sent
    plugins::Registry _registry;
    base::TimerQueue _timers;
    std::unique_ptr<execution::Router> _router;
    std::unique_ptr<execution::Dispatcher> _dispatcher;
    std::unique_ptr<execution::Deadlines> _deviceInfoDeadlines;
    std::unique_ptr<lifecycle::DeviceProfile> _profile;
    std::unique_ptr<transport::Channel> _channel;
    std::unique_ptr<lifecycle::Session> _session;
    std::thread _thread;
    lifecycle::Session::End _end = lifecycle::Session::End::stopped;
};

}  // namespace aip::app

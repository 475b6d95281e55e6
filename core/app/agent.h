#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "execution/dispatcher.h"
#include "execution/plugin_manager.h"
#include "lifecycle/session.h"
#include "plugins/plugin_set.h"

#include <memory>
#include <string>
#include <thread>

namespace aip::app {

/// Finds and admits the plugins as the settings say. Loads no code. They cannot send files.
plugins::PluginSet discoverPlugins(const Settings& settings);

/// All rooms, wired: built in order, taken down in the reverse order.
class Agent {
  public:
    static base::Result<std::unique_ptr<Agent>> create(const Settings& settings);
    ~Agent();

    lifecycle::Session& session() { return *_session; }

    /// Starts what is to start at once and runs the session on a thread of its own. `ended` is called on that thread
    /// when the session has ended by itself or after stop().
    void start(std::function<void()> ended);

    /// Puts another set of plugins, made as `settings` say, into the place of the one at work, on a thread of its own.
    /// What of them only counts at start is left as it was, with a line in the log if it has changed.
    void reload(const Settings& settings);

    /// Waits for the session's thread, then stops the plugins.
    lifecycle::Session::End join();

  private:
    explicit Agent(const Settings& settings);
    base::Result<void> wire();
    void replacePlugins(const Settings& settings);
    std::string listWorking() const;
    std::string describe() const;

    const Settings _settings;
    const link::Measures _granted;  ///< to the process of a plugin, by this machine
    base::SystemClock _clock;
    execution::AllowAll _policy;
    const std::shared_ptr<lifecycle::Outbox> _outbox;  ///< null: no files are sent
    base::TimerQueue _timers;
    execution::PluginManager _plugins;
    std::unique_ptr<execution::Dispatcher> _dispatcher;
    std::unique_ptr<execution::CallWatchdog> _deviceInfoWatchdog;
    std::unique_ptr<lifecycle::DeviceProfile> _profile;
    std::unique_ptr<transport::Channel> _channel;
    std::unique_ptr<lifecycle::Session> _session;
    std::thread _thread;
    lifecycle::Session::End _end = lifecycle::Session::End::stopped;
    std::unique_ptr<base::ThreadPool> _reloads = std::make_unique<base::ThreadPool>(1);
};

}  // namespace aip::app

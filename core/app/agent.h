#pragma once

#include "app/credential_keeper.h"
#include "app/discovery_retry.h"
#include "app/redaction.h"
#include "app/settings.h"
#include "app/settings_reader.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "execution/dispatcher.h"
#include "execution/plugin_manager.h"
#include "execution/task_announcer.h"
#include "lifecycle/session.h"
#include "plugins/plugin_set.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace aip::app {

/// Finds and admits the plugins as the settings say. Loads no code. They cannot send files.
plugins::PluginSet discoverPlugins(const Settings& settings);

/// All rooms, wired: built in order, taken down in the reverse order.
class Agent {
  public:
    /// `lacking` is called, on any thread, when it is time for admitAgain().
    Agent(const Settings& settings, const Redaction& redaction, std::function<void()> lacking);
    ~Agent();

    lifecycle::Session& session() { return *_session; }

    /// Finds and admits the plugins and starts those that are to start at once, on a thread of its own. `done` is
    /// called on that thread, also after a failure. First of all, once.
    void prepare(std::function<void()> done);

    /// After `done`: runs the session on a thread of its own. `ended` is called on that thread when the session has
    /// ended by itself or after stop(). False if there are no plugins to run it with: see finish().
    bool start(std::function<void()> ended);

    /// After `done`: a line for each plugin that was to start at once and does not work now.
    std::vector<std::string> notStarted() const;

    /// Stops the session (see lifecycle::Session::stop() for the second call), and gives up what plugins are being
    /// started. Does not block. [thread of start()]
    void stop();

    /// Reads the secrets of the connection again and connects at once if it waits.
    void renewCredentials() { _credentials->reload(_settings); }

    /// On a thread of its own: reads the settings again; if they are wrong, only the secrets, too, and everything else
    /// stays as it is. Otherwise does the same with their pins, and puts another set of plugins, made as they say, into
    /// the place of the one at work. What of them only counts at start is left as it was, with a line in the log if it
    /// has changed. Ignored while another one waits for the thread.
    void reload(SettingsRequest request);

    /// Looks again at the plugins that a shortage has kept out, on a thread of its own.
    void admitAgain();

    /// After `ended`, or if start() was not possible: stops the plugins on a thread of its own. `done` is called on
    /// that thread. Once; then only result() and leftBehind().
    void finish(std::function<void()> done);

    /// How the session has ended. An error if start() was not possible.
    base::Result<lifecycle::Session::End> result() const;

    /// A thread is still in the code of a plugin. The process must end without running destructors.
    bool leftBehind() const { return _leftBehind; }

  private:
    void stopPlugins();
    void wire(const Redaction& redaction);
    base::Result<void> replacePlugins(execution::PluginSetConfig plan, const Settings& settings);
    void planRetry();
    void reloadNow(SettingsRequest request);
    void reloadPlugins(const Settings& settings);
    std::string listWorking() const;
    std::string describe() const;

    const Settings _settings;
    const Redaction _redaction;
    const link::Measures _granted;  ///< to the process of a plugin, by this machine
    base::SystemClock _clock;
    execution::AllowAll _policy;
    const std::shared_ptr<lifecycle::Outbox> _outbox;  ///< null: no files are sent
    base::TimerQueue _timers;
    execution::PluginManager _plugins;
    std::unique_ptr<execution::Dispatcher> _dispatcher;
    std::unique_ptr<execution::TaskAnnouncer> _announcer;
    std::unique_ptr<lifecycle::DeviceProfile> _profile;
    std::unique_ptr<transport::Channel> _channel;
    std::unique_ptr<lifecycle::Session> _session;
    std::unique_ptr<CredentialKeeper> _credentials;
    const std::function<void()> _lacking;
    std::shared_ptr<const Settings> _latest;  ///< of the set of plugins at work or in the making; reload thread
    DiscoveryRetry _retry;                    ///< reload thread
    base::TimerQueue::Ticket _retryTime;      ///< reload thread
    std::thread _thread;
    lifecycle::Session::End _end = lifecycle::Session::End::stopped;
    base::Result<void> _prepared;
    std::atomic<bool> _stopping{false};
    std::atomic<bool> _reloadWaits{false};
    bool _leftBehind = false;
    std::unique_ptr<base::ThreadPool> _reloads = std::make_unique<base::ThreadPool>(1);
    base::ThreadPool _stops{1};  ///< made in good time: at the end there may be no thread to be had
};

}  // namespace aip::app

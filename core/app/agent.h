#pragma once

#include "app/audit_trail.h"
#include "app/change_teller.h"
#include "app/connection_counts.h"
#include "app/discovery_retry.h"
#include "app/finding.h"
#include "app/front.h"
#include "app/line_clients.h"
#include "app/loop_watch.h"
#include "app/machine_check.h"
#include "app/plugin_wishes.h"
#include "app/redaction.h"
#include "app/reload_ledger.h"
#include "app/settings.h"
#include "app/settings_reader.h"
#include "app/standard_streams.h"
#include "app/task_requests.h"
#include "base/error.h"
#include "base/guarded.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "control/api.h"
#include "execution/dispatcher.h"
#include "execution/operator_lock.h"
#include "execution/operator_policy.h"
#include "execution/plugin_manager.h"
#include "execution/running_calls.h"
#include "mcp_server/http_server.h"
#include "metrics/exposition.h"
#include "plugins/plugin_set.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace aip::app {

/// What a running agent is judged by.
struct SelfKnowledge {
    std::shared_ptr<const Settings> settings;  ///< in use
    Findings read;                             ///< in what was read last, be it in use or wrong
    std::set<std::string> disabled{};          ///< ids of plugins, by an operator
};

/// What the agent tells the process that it is. Any thread; must not block.
struct AgentEvents {
    std::function<void()> lacking;                                 ///< it is time for admitAgain()
    std::function<void(const lifecycle::SessionStatus&)> changed;  ///< the session has another state
    std::function<void()> reloaded;                                ///< what reload() has begun is over
};

/// All rooms, wired: built in order, taken down in the reverse order.
class Agent {
  public:
    using End = Front::End;

    /// `client`: an MCP client in the place of the Agent Server. `trail` outlives the agent.
    Agent(const Settings& settings, const Redaction& redaction, audit::Trail& trail, AgentEvents events,
          std::optional<StandardStreams> client = {});
    ~Agent();

    /// Once registered with the server, asks it for this task. EXHAUSTED: see TaskRequests; not before start(). Any
    /// thread.
    base::Result<void> requestTask(std::string request, std::string name) {
        return _taskRequests.add(std::move(request), std::move(name));
    }

    /// Finds and admits the plugins and starts those that are to start at once, on a thread of its own. `done` is
    /// called on that thread, also after a failure. First of all, once.
    void prepare(std::function<void()> done);

    /// After `done`: serves who calls the tools, on a thread of its own. `ended` is called on that thread when that has
    /// ended by itself or after stop(). False if it is not possible: see finish().
    bool start(std::function<void()> ended);

    /// After `done`: a line for each plugin that was to start at once and does not work now.
    std::vector<std::string> notStarted() const;

    /// Stops the session (see lifecycle::Session::stop() for the second call), and gives up what plugins are being
    /// started. No door takes new calls; those of other doors than the session's may run until the drain time is over,
    /// or until the second call. Does not block. [thread of start()]
    void stop();

    /// This machine has a new address.
    void networkUp() { _front->networkUp(); }

    /// On a thread of its own: reads the settings again; if they are wrong, only the secrets, too, and everything else
    /// stays as it is. Otherwise does the same with their pins, and puts another set of plugins, made as they say, into
    /// the place of the one at work. What of them only counts at start is left as it was, with a line in the log if it
    /// has changed. False, and nothing happens, while another one waits for the thread.
    bool reload(SettingsRequest request);
    /// What becomes of it.
    ReloadLedger& reloads() { return _reloadLedger; }

    /// stop() was called. Any thread.
    bool isStopping() const { return _stopping; }

    /// Looks again at the plugins that a shortage has kept out, on a thread of its own.
    void admitAgain();

    /// For operators. Any thread.
    std::string statusJson() const;
    /// {"findings":[...]}: what is wrong with what the agent has read last, this machine, the plugins at work and the
    /// connection. Blocks on files, a few seconds at most.
    std::string findingsJson() const;
    /// As the agent runs, which may be newer than at its start.
    std::shared_ptr<const Settings> settings() const;
    /// What the log does not show, either.
    const Redaction& redaction() const { return _redaction; }
    /// Why this device is not registered, or refuses all calls as they cannot be recorded; OK if it takes them.
    base::Result<void> ready() const;
    /// Why it makes no progress; OK if its threads answer.
    base::Result<void> healthy() const;
    /// [...], as findingsJson(): what is wrong with the account of calls. Does not block.
    std::string troublesJson() const;
    /// In Prometheus' text format.
    /// `operatorsRefused`: requests.
    std::string metrics(std::uint64_t operatorsRefused) const;
    /// The loops that make no progress. Does not block.
    std::vector<std::string> frozenLoops() const { return _loops.frozen(); }
    /// See LineClients::serve().
    void serveMcp(base::Descriptor in, base::Descriptor out, const std::string& peer,
                  const std::function<bool()>& stopping) {
        _lines.serve(std::move(in), std::move(out), peer, stopping);
    }
    control::ApiParts controlParts(control::Operator& agent);

    /// Begins it, after what was wanted of this plugin before. NOT_FOUND; UNAVAILABLE: the agent is stopping;
    /// EXHAUSTED: too many former instances of the plugin have not ended. Any thread.
    base::Result<void> wish(const std::string& id, PluginWish wish);
    /// A failed or quarantined one may start again with its next call. NOT_FOUND, STATE. Any thread.
    base::Result<void> revive(const std::string& id);

    /// After `ended`, or if start() was not possible: stops the plugins on a thread of its own. `done` is called on
    /// that thread. Once; then only result() and leftBehind().
    void finish(std::function<void()> done);

    /// How it has ended. An error if start() was not possible.
    base::Result<End> result() const;

    /// A thread is still in the code of a plugin. The process must end without running destructors.
    bool leftBehind() const { return _leftBehind; }

  private:
    void stopPlugins();
    std::unique_ptr<Front> makeFront(std::optional<StandardStreams> client);
    base::Result<void> openHttp();
    void tellOfTools();
    void drainOtherDoors();
    void watchLoops();
    void changed(const lifecycle::SessionStatus& status);
    base::Result<void> replacePlugins(execution::PluginSetConfig plan, const Settings& settings);
    void applyLimits(const Settings& settings);
    void onReloadThread(std::function<void()> job);
    void planRetry();
    ReloadLedger::Outcome reloadNow(SettingsRequest request);
    ReloadLedger::Outcome refuseReload(const Findings& found);
    std::vector<control::Reloaded::Refused> refusedPlugins() const;
    base::Result<void> reloadPlugins(const Settings& settings);
    execution::PluginSetConfig planFor(const Settings& settings) const;
    void carryOutWish(const std::string& id);
    void replaceForOperator(const std::string& id, PluginWish wish);
    std::string listWorking() const;
    std::string describe() const;
    bool hasEnded() const { return _stopping && !_serving; }
    std::optional<lifecycle::SessionStatus> session() const;
    Findings connectionNow() const;

    const Settings _settings;
    const Redaction _redaction;
    const link::Measures _granted;  ///< to the process of a plugin, by this machine
    mutable TimedChecks _checks;    ///< one thread at most, whoever asks
    base::SystemClock _clock;
    const AgentEvents _events;
    metrics::Exposition _metrics;  ///< outlives all tools
    base::Guarded<ConnectionCounts> _connection;
    std::atomic<bool> _serving{false};  ///< the thread of the front runs
    mutable LoopWatch _loops{_clock};   ///< to look at them is to ask them
    const base::Clock::WallTime _started = _clock.wallNow();
    audit::Trail& _trail;
    execution::RunningCalls _calls;
    const std::shared_ptr<lifecycle::Outbox> _outbox;  ///< null: no files are sent
    base::TimerQueue _timers;
    execution::OperatorLock _lock;
    execution::OperatorPolicy _policy;
    ChangeTeller _toolsTold;  ///< stopped before what it tells ends
    execution::PluginManager _plugins;
    execution::Dispatcher _dispatcher;
    mcp_server::OfferedTools _offered;  ///< of clients over HTTP and the control socket
    LineClients _lines;
    base::Guarded<std::shared_ptr<mcp_server::HttpServer>> _http;  ///< null: not wanted
    const std::unique_ptr<Front> _front;
    TaskRequests _taskRequests{*_front};
    std::set<std::string> _disabled;          ///< by an operator; reload thread
    PluginWishes _wishes;                     ///< for the reload thread
    std::shared_ptr<const Settings> _latest;  ///< of the set of plugins at work or in the making; reload thread
    base::Guarded<SelfKnowledge> _known;
    DiscoveryRetry _retry;                ///< reload thread
    PluginAccount _account;               ///< reload thread
    base::TimerQueue::Ticket _retryTime;  ///< reload thread
    std::thread _thread;
    End _end = End::stopped;
    base::Result<void> _prepared;
    std::atomic<bool> _stopping{false};
    std::atomic<std::chrono::steady_clock::time_point> _drainEnd{};
    std::atomic<bool> _reloadWaits{false};
    ReloadLedger _reloadLedger;
    bool _leftBehind = false;
    base::Guarded<std::unique_ptr<base::ThreadPool>> _reloads{std::make_unique<base::ThreadPool>(1)};
    base::ThreadPool _stops{1};  ///< made in good time: at the end there may be no thread to be had
};

}  // namespace aip::app

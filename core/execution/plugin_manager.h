#pragma once

#include "base/guarded.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "execution/live_router.h"
#include "execution/remarks.h"
#include "plugins/discovery.h"
#include "plugins/lease.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// What a set of plugins is built from.
struct PluginSetConfig {
    std::vector<Profile> profiles;
    plugins::DiscoverySettings discovery;
    /// Ids. Plugins with dynamic tools are always started at once, and so are MCP servers, for which nobody waits:
    /// their tools come when they have listed them. One that Slot::offersBeforeStart() is started with its first call.
    std::set<std::string> startedAtOnce;
};

/// Creates a leased slot for an admitted plugin: see plugins::lease.
using LeaseFactory = std::function<std::shared_ptr<plugins::Slot>(
    admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings settings, plugins::Retire retire)>;

struct PluginManagerSettings {
    std::chrono::milliseconds drainTimeout{10'000};  ///< for calls that run in a plugin that has left the set
    std::chrono::milliseconds stopLimit{5'000};      ///< for such a plugin to stop after that
    std::chrono::milliseconds closeLimit{5'000};     ///< in close(), for a new plugin to stop
    std::function<void()> swapped{};    ///< there is another router; on the thread that has made it, must not block
    CallMeters* meters = &noMeters();   ///< outlives the manager
    std::function<void()> housekept{};  ///< the housekeeping thread has done a job; there; must not block
    bool offersByKey = true;            ///< see remarksOn()
};

/// The current set of plugins and its router. The set is replaced as a whole while commands run.
///
/// Lifetime: a slot is held by leases: of the set, and of every call from its routing to its answer. When a slot has
/// left the set and its last call has ended, the housekeeping thread stops it.
/// Threads: queries may run on any thread and see one set. Swaps are serialised: a new set from replace() and a new
/// tool table after a plugin's change of tools. Plugins are started with no lock held.
class PluginManager {
  public:
    /// `timers` outlives the manager.
    PluginManager(PluginManagerSettings settings, base::TimerQueue& timers);
    /// No call may be running.
    ~PluginManager();
    PluginManager(const PluginManager&) = delete;
    PluginManager& operator=(const PluginManager&) = delete;

    /// Builds a new set beside the current one, starts its plugins where needed, and swaps the two: see
    /// plugins::discoverPlugins. On an error the current set stays. Blocks while plugins start; one thread at a time.
    base::Result<void> replace(const PluginSetConfig& plan, const LeaseFactory& makeSlot);

    /// For the dispatcher. Its current() is null before the first replace().
    const LiveRouter& router() const { return _router; }

    /// The plugins as listed now. Do not keep them: they hold their slots. Any thread.
    std::vector<plugins::PluginEntry> entries() const;
    std::vector<std::string> capabilities() const;
    /// Of what the system was short when the set was built: see plugins::PluginSet::shortage(). Any thread.
    std::string shortage() const;
    /// What the profiles ask for in vain; servers may still list their tools. What a plugin's change of tools adds to
    /// it is logged.
    std::vector<Remark> remarks() const;
    /// How many former slots of this plugin have not ended. Any thread; waits for a swap.
    std::size_t leaving(const std::string& id) const;
    /// The slots that promise this extension. Any thread.
    plugins::Slots promising(std::string_view extension) const;

    /// Slot::rest() for all plugins. Any thread; must not come after the destructor has begun.
    void rest() const;

    /// Gives the housekeeping thread a job of nothing. Any thread. Throws std::bad_alloc.
    void askHousekeeping();

    /// Makes replace() fail, including a running one, whose new plugins are stopped even while they start. Those of the
    /// set go on: calls may wait for them. Any thread. Blocks until the new plugins are stopped, all at the same time,
    /// each within the close limit.
    void close();

    /// Stops all slots, including those that are leaving, at the same time, each within `limit`. False if one did not
    /// stop, then or in close(). Blocks.
    bool stopAll(std::chrono::milliseconds limit);

  private:
    /// One set. Immutable.
    struct State {
        Router router;
        std::vector<Profile> profiles;
        plugins::PluginSet plugins;
    };
    using StatePtr = std::shared_ptr<const State>;
    /// Slots that have left the set and may still run calls.
    using Leaving = std::vector<std::weak_ptr<plugins::Slot>>;
    /// New slots that are not in the set yet.
    using Coming = std::vector<std::weak_ptr<plugins::Slot>>;
    class Back;

    std::shared_ptr<plugins::Slot> watchTools(std::shared_ptr<plugins::Slot> slot);
    std::shared_ptr<plugins::Slot> announce(std::shared_ptr<plugins::Slot> slot);
    bool commit();
    plugins::Retire retire() const;
    void startAtOnce(const plugins::PluginSet& next, const std::set<std::string>& ids) const;
    void updateTools();
    StatePtr state() const;
    plugins::Slots everySlot();

    base::Result<void> swap(Leaving& leaving, const std::vector<Profile>& profiles, plugins::PluginSet plugins);
    void dismiss(Leaving& leaving, const State& old, const State& next);

    const PluginManagerSettings _settings;
    base::TimerQueue& _timers;
    std::atomic<bool> _closed{false};
    std::atomic<bool> _leftBehind{false};  ///< by close()
    base::Guarded<StatePtr> _state;
    base::Guarded<Leaving> _leaving;  ///< held during a swap, so that there is one at a time
    base::Guarded<Coming> _coming;
    LiveRouter _router{nullptr};
    base::ThreadPool _housekeeping{1};  ///< stops what has left, updates the tool table
    std::shared_ptr<Back> _back;        ///< the way from slots to the line above
};

}  // namespace aip::execution

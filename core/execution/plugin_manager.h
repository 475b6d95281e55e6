#pragma once

#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "execution/live_router.h"
#include "plugins/discovery.h"
#include "plugins/lease.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// What a set of plugins is made from.
struct PluginSetConfig {
    std::vector<Profile> profiles;
    plugins::DiscoverySettings discovery;
    std::set<std::string> startedAtOnce;  ///< ids; those with tools at run time are started at once in any case
};

/// Makes a lease of the slot for an admitted plugin: see plugins::lease.
using LeaseFactory = std::function<std::shared_ptr<plugins::Slot>(
    admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings settings, plugins::Retire retire)>;

struct PluginManagerSettings {
    std::chrono::milliseconds drainTimeout{10'000};  ///< for calls that still run in a plugin that has left the set
    std::chrono::milliseconds stopLimit{5'000};      ///< what such a plugin may then take to stop
};

/// The plugins at work and the way to them, replaceable as a whole while commands run.
///
/// A slot in here is held by a lease: the set holds it, and so does every call from being routed to being answered.
/// When the last holder lets go of it, which is when it has left the set and its last call is over, it is stopped by
/// the housekeeping thread.
class PluginManager {
  public:
    /// `timers` outlives the set.
    PluginManager(PluginManagerSettings settings, base::TimerQueue& timers);
    /// To be called when no call runs any more.
    ~PluginManager();
    PluginManager(const PluginManager&) = delete;
    PluginManager& operator=(const PluginManager&) = delete;

    /// Builds a new set beside the one at work, starts what is to start, and swaps them at once: see
    /// plugins::discoverPlugins. On an error the set at work stays. Blocks as long as plugins take to start; one
    /// thread at a time.
    base::Result<void> replace(const PluginSetConfig& plan, const LeaseFactory& makeSlot);

    /// For the dispatcher. Holds nothing before the first replace().
    const LiveRouter& router() const { return _router; }

    /// As they are listed now. Any thread; do not keep them: they hold their slots.
    std::vector<plugins::PluginEntry> entries() const;
    std::vector<std::string> capabilities() const;
    /// The slots that promise this extension. Any thread.
    plugins::Slots promising(std::string_view extension) const;

    /// From now on replace() fails, also one that is at it. Any thread.
    void close() { _closed = true; }

    /// Stops all slots, also those that are leaving, each with what is left of `limit`. False if something had to be
    /// left behind. Blocks.
    bool stopAll(std::chrono::milliseconds limit);

  private:
    /// The set of one moment. Immutable.
    struct State {
        Router router;
        std::vector<Profile> profiles;
        plugins::PluginSet plugins;
    };
    using StatePtr = std::shared_ptr<const State>;
    class Back;

    std::shared_ptr<plugins::Slot> connected(std::shared_ptr<plugins::Slot> slot);
    plugins::Retire retire() const;
    void startAtOnce(const plugins::PluginSet& next, const std::set<std::string>& ids) const;
    void listAnew();
    StatePtr state() const;
    plugins::Slots everySlot();

    // With _swapping held:
    base::Result<void> swap(const std::vector<Profile>& profiles, plugins::PluginSet plugins);
    void dismiss(const State& old, const State& next);

    const PluginManagerSettings _settings;
    base::TimerQueue& _timers;
    std::atomic<bool> _closed{false};
    std::mutex _swapping;  ///< one swap at a time; also guards _leaving
    mutable std::mutex _mutex;
    StatePtr _state;
    std::vector<std::weak_ptr<plugins::Slot>> _leaving;
    LiveRouter _router{nullptr};
    base::ThreadPool _housekeeping{1};  ///< stops what has left, lists tools anew
    std::shared_ptr<Back> _back;        ///< the way from slots to the line above
};

}  // namespace aip::execution

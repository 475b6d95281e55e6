#include "execution/plugin_manager.h"

#include "base/log.h"
#include "base/thread_name.h"

#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

namespace aip::execution {

using plugins::Slot;

namespace {

/// Remarks on one change of a plugin's tools that are logged each on its own.
constexpr std::size_t mostRemarks = 10;

/// With no lock held: the last of a slot may end here.
std::size_t countOf(const std::string& id, const std::vector<std::weak_ptr<Slot>>& slots) {
    return static_cast<std::size_t>(std::ranges::count_if(slots, [&id](const auto& each) {
        const auto slot = each.lock();
        return slot && slot->manifest().id == id;
    }));
}

bool logIfStarting(const Slot& slot) {
    const bool starting = slot.state() == plugins::SlotState::starting;
    if (starting) {
        base::log::warn("plugin {}: still starts, and is not waited for", slot.manifest().id);
    }
    return starting;
}

base::Result<void> stopping() {
    return base::Error(base::Code::cancelled, "the agent is stopping");
}

}  // namespace

/// What slots and leases know of the manager. They keep it alive after the manager is gone.
class PluginManager::Back {
  public:
    Back(base::ThreadPool& housekeeping, std::function<void()> done)
        : _done(std::move(done)), _housekeeping(&housekeeping) {}

    /// False if the manager is gone.
    bool run(base::ThreadPool::Job job) {
        const std::lock_guard lock(_mutex);
        if (_housekeeping != nullptr) {
            _housekeeping->run([job = std::move(job), done = _done] {
                job();
                if (done) {
                    done();
                }
            });
        }
        return _housekeeping != nullptr;
    }

    /// As run(), but coalesced: ignored while an earlier job waits. The job calls begun() when it starts.
    void runOnce(base::ThreadPool::Job job) {
        if (!_stale.exchange(true)) {
            run(std::move(job));
        }
    }
    void begun() { _stale = false; }

    /// Nobody uses it any more. False: the manager is gone, or there is no memory.
    bool stop(const std::shared_ptr<Slot>& slot, std::chrono::milliseconds limit) noexcept {
        try {
            noteRetired(slot);
            return run([slot, limit] { slot->stop(limit); });
        } catch (const std::bad_alloc&) {
            return false;
        }
    }
    std::vector<std::weak_ptr<Slot>> retired() {
        const std::lock_guard lock(_mutex);
        return _retired;
    }

    void close() {
        const std::lock_guard lock(_mutex);
        _housekeeping = nullptr;
    }

  private:
    void noteRetired(const std::shared_ptr<Slot>& slot) {
        const std::lock_guard lock(_mutex);
        std::erase_if(_retired, [](const auto& each) { return each.expired(); });
        _retired.push_back(slot);
    }

    const std::function<void()> _done;
    std::mutex _mutex;
    base::ThreadPool* _housekeeping;
    std::vector<std::weak_ptr<Slot>> _retired;  ///< those that have not ended, and maybe others
    std::atomic<bool> _stale{false};
};

PluginManager::PluginManager(PluginManagerSettings settings, base::TimerQueue& timers)
    : _settings(settings), _timers(timers), _back(std::make_shared<Back>(_housekeeping, _settings.housekept)) {
    _housekeeping.run([] { base::nameThread("aip-keeping"); });
}

PluginManager::~PluginManager() {
    close();
    _back->close();
}

void PluginManager::askHousekeeping() {
    _back->run([] {});
}

PluginManager::StatePtr PluginManager::state() const {
    return _state.with([](const StatePtr& state) { return state; });
}

std::vector<plugins::PluginEntry> PluginManager::entries() const {
    const auto now = state();
    return now ? now->plugins.entries() : std::vector<plugins::PluginEntry>();
}

std::vector<std::string> PluginManager::capabilities() const {
    const auto now = state();
    return now ? now->router.capabilities() : std::vector<std::string>();
}

std::string PluginManager::shortage() const {
    const auto now = state();
    return now ? now->plugins.shortage() : std::string();
}

std::vector<Remark> PluginManager::remarks() const {
    const auto now = state();
    if (!now) {
        return {};
    }
    std::vector<std::string> toCome;
    for (const auto& entry : now->plugins.entries()) {
        if (entry.isServer && entry.slot) {
            toCome.push_back(entry.id);
        }
    }
    return remarksOn(now->router, toCome, _settings.offersByKey);
}

plugins::Slots PluginManager::promising(std::string_view extension) const {
    const auto now = state();
    auto slots = now ? now->plugins.slots() : plugins::Slots();
    std::erase_if(slots, [&](const auto& slot) { return !slot->manifest().promises(extension); });
    return slots;
}

void PluginManager::rest() const {
    if (const auto now = state()) {
        std::ranges::for_each(now->plugins.slots(), [](const auto& slot) { slot->rest(); });
    }
}

base::Result<void> PluginManager::replace(const PluginSetConfig& plan, const LeaseFactory& makeSlot) {
    const auto leased = [&](admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings settings) {
        return announce(watchTools(makeSlot(std::move(manifest), std::move(library), std::move(settings), retire())));
    };
    const auto old = state();
    const plugins::PluginSet none;
    auto next = plugins::discoverPlugins(plan.discovery, old ? old->plugins : none, leased);
    startAtOnce(next, plan.startedAtOnce);
    return _leaving.with(
        [&](Leaving& leaving) { return commit() ? swap(leaving, plan.profiles, std::move(next)) : stopping(); });
}

/// From now on close() stops it.
std::shared_ptr<Slot> PluginManager::announce(std::shared_ptr<Slot> slot) {
    const bool open = _coming.with([&](Coming& coming) {
        coming.push_back(slot);
        return !_closed;
    });
    if (!open && !slot->stop(_settings.closeLimit)) {
        _leftBehind = true;
    }
    return slot;
}

/// From now on close() leaves the new slots alone. False if it came first.
bool PluginManager::commit() {
    return _coming.with([this](Coming& coming) {
        coming.clear();
        return !_closed;
    });
}

void PluginManager::close() {
    const auto coming = _coming.with([&](Coming& slots) {
        _closed = true;
        return std::exchange(slots, {});
    });
    plugins::Slots slots;
    for (const auto& each : coming) {
        if (auto slot = each.lock()) {
            logIfStarting(*slot);
            slots.push_back(std::move(slot));
        }
    }
    if (!plugins::stopAll(slots, _settings.closeLimit)) {
        _leftBehind = true;
    }
}

/// Updates the tool table when the plugin's tools change.
std::shared_ptr<Slot> PluginManager::watchTools(std::shared_ptr<Slot> slot) {
    slot->onToolsChanged([this, back = _back] {
        back->runOnce([this, back] {
            back->begun();
            updateTools();
        });
    });
    return slot;
}

plugins::Retire PluginManager::retire() const {
    return [back = _back, limit = _settings.stopLimit](const std::shared_ptr<Slot>& slot) {
        if (!back->stop(slot, limit)) {
            slot->stop(limit);
        }
    };
}

void PluginManager::startAtOnce(const plugins::PluginSet& next, const std::set<std::string>& ids) const {
    const auto lists = [](const Slot& slot) {
        return slot.manifest().promises(AIP_EXT_DYNAMIC_TOOLS) && !slot.offersBeforeStart();
    };
    plugins::Slots wanted;
    for (const auto& entry : next.entries()) {
        if (entry.slot && (ids.contains(entry.id) || lists(*entry.slot))) {
            wanted.push_back(entry.slot);
        }
    }
    for (const auto& slot : wanted) {
        if (!_closed) {
            slot->startSoon();
        }
    }
    for (const auto& slot : wanted) {
        if (!_closed && !slot->manifest().server) {
            static_cast<void>(slot->start());  // it logs itself why it cannot
        }
    }
}

base::Result<void> PluginManager::swap(Leaving& leaving, const std::vector<Profile>& profiles,
                                       plugins::PluginSet plugins) {
    const auto old = state();
    if (_closed) {
        return stopping();
    }
    auto tools = ToolTable::build(plugins.slots(), old ? &old->router.tools() : nullptr, *_settings.meters);
    const auto next =
        std::make_shared<const State>(State{Router(profiles, std::move(tools)), profiles, std::move(plugins)});
    _state.with([&](StatePtr& state) { state = next; });
    _router.replace(std::shared_ptr<const Router>(next, &next->router));
    if (_settings.swapped) {
        _settings.swapped();
    }
    if (old) {
        dismiss(leaving, *old, *next);
    }
    return {};
}

void PluginManager::updateTools() {
    const auto known = remarks();
    const std::set<Remark> before(known.begin(), known.end());
    const auto swapped = _leaving.with([this](Leaving& leaving) {
        const auto now = state();  // null: the set being built will list them
        return now ? swap(leaving, now->profiles, now->plugins) : base::Result<void>();
    });
    if (!swapped && !_closed) {
        base::log::error("the tools cannot be listed again: {}", swapped.error().text());
    }
    std::size_t news = 0;
    for (const auto& remark : remarks()) {
        if (!before.contains(remark) && ++news <= mostRemarks) {
            base::log::warn("{}{}", remark.profile.empty() ? "" : "profile " + remark.profile + ": ", remark.text);
        }
    }
    if (news > mostRemarks) {
        base::log::warn("{} more of this kind", news - mostRemarks);
    }
}

/// Stops plugins that have left the set when the drain time is over, even if calls still hold them.
void PluginManager::dismiss(Leaving& leaving, const State& old, const State& next) {
    std::erase_if(leaving, [](const auto& slot) { return slot.expired(); });
    const auto staying = next.plugins.slots();
    for (const auto& entry : old.plugins.entries()) {
        if (!entry.slot || std::ranges::find(staying, entry.slot) != staying.end()) {
            continue;
        }
        base::log::info("plugin {} {}: leaves once its calls are over", entry.id, entry.version);
        const std::weak_ptr<Slot> slot = entry.slot;
        leaving.push_back(slot);
        _timers.at(std::chrono::steady_clock::now() + _settings.drainTimeout,
                   [back = _back, slot, limit = _settings.stopLimit] {
                       back->run([slot, limit] {
                           if (const auto held = slot.lock()) {
                               held->stop(limit);
                           }
                       });
                   });
    }
}

std::size_t PluginManager::leaving(const std::string& id) const {
    return countOf(id, _back->retired()) + countOf(id, _leaving.with([](const Leaving& leaving) { return leaving; }));
}

plugins::Slots PluginManager::everySlot() {
    return _leaving.with([this](const Leaving& leaving) {
        const auto now = state();
        auto slots = now ? now->plugins.slots() : plugins::Slots();
        for (const auto& each : leaving) {
            if (auto slot = each.lock()) {
                slots.push_back(std::move(slot));
            }
        }
        return slots;
    });
}

bool PluginManager::stopAll(std::chrono::milliseconds limit) {
    close();
    return plugins::stopAll(everySlot(), limit) && !_leftBehind;
}

}  // namespace aip::execution

#include "execution/plugin_manager.h"

#include "base/log.h"

#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace aip::execution {

using plugins::Slot;

/// What slots and leases know of the set. It outlives the set as long as one of them does.
class PluginManager::Back {
  public:
    explicit Back(base::ThreadPool& housekeeping) : _housekeeping(&housekeeping) {}

    /// False if the set is gone.
    bool run(base::ThreadPool::Job job) {
        const std::lock_guard lock(_mutex);
        if (_housekeeping != nullptr) {
            _housekeeping->run(std::move(job));
        }
        return _housekeeping != nullptr;
    }

    /// The same for a job that need not run twice in a row: it says when it begins.
    void runOnce(base::ThreadPool::Job job) {
        if (!_stale.exchange(true)) {
            run(std::move(job));
        }
    }
    void begun() { _stale = false; }

    void close() {
        const std::lock_guard lock(_mutex);
        _housekeeping = nullptr;
    }

  private:
    std::mutex _mutex;
    base::ThreadPool* _housekeeping;
    std::atomic<bool> _stale{false};
};

PluginManager::PluginManager(PluginManagerSettings settings, base::TimerQueue& timers)
    : _settings(settings), _timers(timers), _back(std::make_shared<Back>(_housekeeping)) {}

PluginManager::~PluginManager() {
    close();
    _back->close();
}

PluginManager::StatePtr PluginManager::state() const {
    const std::lock_guard lock(_mutex);
    return _state;
}

std::vector<plugins::PluginEntry> PluginManager::entries() const {
    const auto now = state();
    return now ? now->plugins.entries() : std::vector<plugins::PluginEntry>();
}

std::vector<std::string> PluginManager::capabilities() const {
    const auto now = state();
    return now ? now->router.tools().capabilities() : std::vector<std::string>();
}

plugins::Slots PluginManager::promising(std::string_view extension) const {
    const auto now = state();
    auto slots = now ? now->plugins.slots() : plugins::Slots();
    std::erase_if(slots, [&](const auto& slot) { return !slot->manifest().promises(extension); });
    return slots;
}

base::Result<void> PluginManager::replace(const PluginSetConfig& plan, const LeaseFactory& makeSlot) {
    const auto leased = [&](admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings settings) {
        return connected(makeSlot(std::move(manifest), std::move(library), std::move(settings), retire()));
    };
    const auto old = state();
    const plugins::PluginSet none;
    auto next = plugins::discoverPlugins(plan.discovery, old ? old->plugins : none, leased);
    startAtOnce(next, plan.startedAtOnce);
    const std::lock_guard swapping(_swapping);
    return swap(plan.profiles, std::move(next));
}

/// Lists its tools again when they change.
std::shared_ptr<Slot> PluginManager::connected(std::shared_ptr<Slot> slot) {
    slot->onToolsChanged([this, back = _back] {
        back->runOnce([this, back] {
            back->begun();
            listAnew();
        });
    });
    return slot;
}

plugins::Retire PluginManager::retire() const {
    return [back = _back, limit = _settings.stopLimit](const std::shared_ptr<Slot>& slot) {
        if (!back->run([slot, limit] { slot->stop(limit); })) {
            slot->stop(limit);
        }
    };
}

void PluginManager::startAtOnce(const plugins::PluginSet& next, const std::set<std::string>& ids) const {
    for (const auto& entry : next.entries()) {
        const bool wanted =
            entry.slot && (ids.contains(entry.id) || entry.slot->manifest().promises(AIP_EXT_DYNAMIC_TOOLS));
        if (!wanted || _closed) {
            continue;
        }
        if (auto started = entry.slot->start(); !started) {
            base::log::error("plugin {}: {}", entry.id, notStarted(*entry.slot, started.error()));
        }
    }
}

base::Result<void> PluginManager::swap(const std::vector<Profile>& profiles, plugins::PluginSet plugins) {
    const auto old = state();
    if (_closed) {
        return base::Error(base::Code::cancelled, "the agent is stopping");
    }
    auto tools = ToolTable::build(plugins.slots(), old ? &old->router.tools() : nullptr);
    if (!tools) {
        return tools.error();
    }
    const auto next =
        std::make_shared<const State>(State{Router(profiles, *std::move(tools)), profiles, std::move(plugins)});
    {
        const std::lock_guard lock(_mutex);
        _state = next;
    }
    _router.replace(std::shared_ptr<const Router>(next, &next->router));
    if (old) {
        dismiss(*old, *next);
    }
    return {};
}

/// A plugin says that its tools have changed.
void PluginManager::listAnew() {
    const std::lock_guard swapping(_swapping);
    const auto now = state();
    if (!now) {
        return;  // the set that is being built will list them
    }
    if (auto swapped = swap(now->profiles, now->plugins); !swapped && !_closed) {
        base::log::error("the tools cannot be listed anew: {}", swapped.error().text());
    }
}

/// Sees to it that no call holds a plugin for ever that has left the set.
void PluginManager::dismiss(const State& old, const State& next) {
    std::erase_if(_leaving, [](const auto& slot) { return slot.expired(); });
    const auto staying = next.plugins.slots();
    for (const auto& entry : old.plugins.entries()) {
        if (!entry.slot || std::ranges::find(staying, entry.slot) != staying.end()) {
            continue;
        }
        base::log::info("plugin {} {}: leaves once its calls are over", entry.id, entry.version);
        const std::weak_ptr<Slot> leaving = entry.slot;
        _leaving.push_back(leaving);
        _timers.at(std::chrono::steady_clock::now() + _settings.drainTimeout,
                   [back = _back, leaving, limit = _settings.stopLimit] {
                       back->run([leaving, limit] {
                           if (const auto slot = leaving.lock()) {
                               slot->stop(limit);
                           }
                       });
                   });
    }
}

plugins::Slots PluginManager::everySlot() {
    const std::lock_guard swapping(_swapping);
    const auto now = state();
    auto slots = now ? now->plugins.slots() : plugins::Slots();
    for (const auto& leaving : _leaving) {
        if (auto slot = leaving.lock()) {
            slots.push_back(std::move(slot));
        }
    }
    return slots;
}

bool PluginManager::stopAll(std::chrono::milliseconds limit) {
    close();
    return plugins::stopAll(everySlot(), limit);
}

}  // namespace aip::execution

#include "lifecycle/device_profile.h"

#include "base/guarded.h"
#include "base/log.h"
#include "lifecycle/device_info.h"

#include <optional>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

/// The answers of all plugins to one question: shared by their calls and the timer.
class DeviceProfile::Collection {
  public:
    Collection(const DeviceProfileSettings& settings, execution::CallWatchdog& watchdog,
               std::vector<std::string> plugins, Ready ready)
        : _settings(settings),
          _watchdog(watchdog),
          _plugins(std::move(plugins)),
          _open(_plugins.size(), std::move(ready)) {}

    void watch(std::size_t index, const std::shared_ptr<hosting::Call>& call,
               const std::shared_ptr<plugins::Slot>& slot) {
        _open.with([&](Open& open) { open.tickets[index] = _watchdog.watch(call, slot); });
    }

    void answered(std::size_t index, const hosting::Outcome& outcome) {
        const auto done = _open.with([&](Open& open) {
            if (open.ready) {  // otherwise the time is over: the watchdog is done with it, and may be gone
                _watchdog.done(open.tickets[index]);
            }
            return open.answered(index, outcome);
        });
        if (!outcome.ok()) {
            log::warn("plugin {}: no device info: {}", _plugins[index], outcome.error);
        }
        deliver(done);
    }

    void timeIsOver() {
        deliver(_open.with([](Open& open) { return open.close(); }));
    }

  private:
    using Sections = std::vector<std::optional<std::string>>;  ///< none: no answer yet; empty: none will come
    /// Whom to give what, once.
    struct Done {
        Ready ready;
        Sections sections;
    };
    struct Open {
        Open(std::size_t count, Ready callback)
            : ready(std::move(callback)), sections(count), tickets(count), missing(count) {}

        Done answered(std::size_t index, const hosting::Outcome& outcome) {
            sections[index] = outcome.ok() ? outcome.json : std::string();
            return --missing == 0 ? close() : Done();
        }
        Done close() { return {std::exchange(ready, nullptr), sections}; }

        Ready ready;  ///< null once it is taken
        Sections sections;
        std::vector<base::TimerQueue::Ticket> tickets;
        std::size_t missing;
    };

    void deliver(const Done& done) const {
        if (done.ready) {
            done.ready(merged(done.sections));
        }
    }

    std::string merged(const Sections& sections) const {
        DeviceInfo info(_settings.clientId, _settings.customMetadata);
        for (std::size_t i = 0; i < sections.size(); ++i) {
            if (!sections[i]) {
                log::warn("plugin {}: its device info is left out: not there within {} ms", _plugins[i],
                          _settings.collectTimeout.count());
            } else if (auto added = sections[i]->empty() ? base::Result<void>() : info.add(*sections[i]); !added) {
                log::warn("plugin {}: its device info is left out: {}", _plugins[i], added.error().text());
            }
        }
        return info.json();
    }

    const DeviceProfileSettings _settings;
    execution::CallWatchdog& _watchdog;
    const std::vector<std::string> _plugins;  ///< their ids
    base::Guarded<Open> _open;
};

DeviceProfile::DeviceProfile(DeviceProfileSettings settings, Plugins plugins, execution::CallWatchdog& watchdog,
                             base::TimerQueue& timers, const base::Clock& clock)
    : _settings(std::move(settings)),
      _plugins(std::move(plugins)),
      _watchdog(watchdog),
      _timers(timers),
      _clock(clock) {}

void DeviceProfile::collect(Ready ready) const {
    const auto slots = _plugins ? _plugins() : std::vector<std::shared_ptr<plugins::Slot>>();
    if (slots.empty()) {
        return ready(DeviceInfo(_settings.clientId, _settings.customMetadata).json());
    }
    std::vector<std::string> ids;
    for (const auto& slot : slots) {
        ids.push_back(slot->manifest().id);
    }
    const auto collection = std::make_shared<Collection>(_settings, _watchdog, std::move(ids), std::move(ready));
    const auto deadline = _clock.now() + _settings.collectTimeout;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        ask(slots[i], i, deadline, collection);
    }
    // After the watchdog's timers for the same time: whoever gets the answer may end this profile and the watchdog.
    _timers.at(deadline, [collection] { collection->timeIsOver(); });
}

void DeviceProfile::ask(const std::shared_ptr<plugins::Slot>& slot, std::size_t index, base::Clock::TimePoint deadline,
                        const std::shared_ptr<Collection>& collection) const {
    hosting::Call::Request request;
    request.kind = hosting::Call::Kind::collect;
    request.id = "device-info:" + slot->manifest().id;
    request.deadline = deadline;
    const auto call = std::make_shared<hosting::Call>(
        std::move(request),
        [collection, index](const hosting::Outcome& outcome) { collection->answered(index, outcome); });
    collection->watch(index, call, slot);
    slot->invoke(call);
}

}  // namespace aip::lifecycle

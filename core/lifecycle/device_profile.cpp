#include "lifecycle/device_profile.h"

#include "base/guarded.h"
#include "base/log.h"
#include "lifecycle/device_info.h"

#include <optional>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

namespace {

constexpr base::LineRates aboutSections{
    .lines = 50, .linesPerSecond = 5, .bytes = 256 << 10, .bytesPerSecond = 16 << 10};

}  // namespace

/// The answers of all plugins to one question. Shared by their calls and the timer, which may outlive the profile.
class DeviceProfile::Collection {
  public:
    using Ticket = base::TimerQueue::Ticket;

    Collection(DeviceInfo info, std::chrono::milliseconds timeout, std::vector<std::string> plugins,
               std::shared_ptr<log::LimitedLines> lines, Ready ready)
        : _info(std::move(info)),
          _timeout(timeout),
          _plugins(std::move(plugins)),
          _lines(std::move(lines)),
          _open(_plugins.size(), std::move(ready)) {}

    /// One more who waits for it. False if it is over; `ready` is then still there.
    bool join(Ready& ready) {
        return _open.with([&](Open& open) { return open.join(ready); });
    }

    void watched(std::size_t index, const Ticket& ticket) {
        _open.with([&](Open& open) { open.tickets[index] = ticket; });
    }

    void answered(std::size_t index, hosting::Outcome outcome) {
        _open.with([&](const Open& open) { return open.tickets[index]; }).drop();
        if (!outcome.ok()) {
            const log::LimitedLines::Scope limited(*_lines);
            log::warn("plugin {}: no device info: {}", _plugins[index], outcome.error);
            outcome.json.clear();
        }
        deliver(_open.with([&](Open& open) { return open.answered(index, std::move(outcome.json)); }));
    }

    /// `timer` calls timeIsOver().
    void timed(const Ticket& timer) {
        const bool over = _open.with([&](Open& open) {
            open.timer = timer;
            return open.ready.empty();
        });
        if (over) {
            timer.drop();
        }
    }

    void timeIsOver() {
        deliver(_open.with([](Open& open) { return open.close(); }));
    }

  private:
    using Sections = std::vector<std::optional<std::string>>;  ///< none: no answer yet; empty: none will come
    /// Whom to give what; nobody: nothing is to be done.
    struct Done {
        std::vector<Ready> ready;
        Sections sections;
    };
    struct Open {
        Open(std::size_t count, Ready callback)
            : ready{std::move(callback)}, sections(count), tickets(count), missing(count) {}

        bool join(Ready& callback) {
            if (ready.empty()) {
                return false;
            }
            ready.push_back(std::move(callback));
            return true;
        }
        Done answered(std::size_t index, std::string section) {
            if (ready.empty()) {
                return {};
            }
            if (section.size() > DeviceInfo::maxSectionSize) {  // it is left out: so much says so
                section.resize(DeviceInfo::maxSectionSize + 1);
                section.shrink_to_fit();
            }
            sections[index] = std::move(section);
            return --missing == 0 ? close() : Done();
        }
        Done close() { return {std::exchange(ready, {}), std::move(sections)}; }

        std::vector<Ready> ready;  ///< none: it is over
        Sections sections;
        std::vector<Ticket> tickets;
        Ticket timer;  ///< dropped when it is over: it keeps the collection
        std::size_t missing;
    };

    void deliver(const Done& done) {
        if (done.ready.empty()) {
            return;
        }
        _open.with([](const Open& open) { return open.timer; }).drop();
        const std::string info = merged(done.sections);
        for (const Ready& ready : done.ready) {
            ready(info);
        }
    }

    std::string merged(const Sections& sections) const {
        const log::LimitedLines::Scope limited(*_lines);
        DeviceInfo info = _info;
        for (std::size_t i = 0; i < sections.size(); ++i) {
            if (!sections[i]) {
                log::warn("plugin {}: its device info is left out: not there within {} ms", _plugins[i],
                          _timeout.count());
            } else if (auto added = sections[i]->empty() ? base::Result<void>() : info.add(*sections[i]); !added) {
                log::warn("plugin {}: its device info is left out: {}", _plugins[i], added.error().text());
            }
        }
        return info.json();
    }

    const DeviceInfo _info;  ///< without the sections
    const std::chrono::milliseconds _timeout;
    const std::vector<std::string> _plugins;  ///< their ids
    const std::shared_ptr<log::LimitedLines> _lines;
    base::Guarded<Open> _open;
};

DeviceProfile::DeviceProfile(DeviceProfileSettings settings, Plugins plugins, base::TimerQueue& timers,
                             const base::Clock& clock)
    : _settings(std::move(settings)),
      _plugins(std::move(plugins)),
      _timers(timers),
      _clock(clock),
      _watchdog(timers, _settings.cancelGrace),
      _lines(std::make_shared<log::LimitedLines>("the device info of plugins makes too many", aboutSections)) {}

void DeviceProfile::collect(const std::string& ownAddress, Ready ready) const {
    DeviceInfo info(_settings.clientId, ownAddress, _settings.customMetadata);
    const auto slots = _plugins ? _plugins() : std::vector<std::shared_ptr<plugins::Slot>>();
    if (slots.empty()) {
        return ready(info.json());
    }
    std::vector<std::string> ids;
    for (const auto& slot : slots) {
        ids.push_back(slot->manifest().id);
    }
    const auto collection = _latest.with([&](Latest& latest) {
        const auto current = latest.collection.lock();
        if (current && latest.ownAddress == ownAddress && current->join(ready)) {
            return std::shared_ptr<Collection>();
        }
        const auto next = std::make_shared<Collection>(std::move(info), _settings.collectTimeout, std::move(ids),
                                                       _lines, std::move(ready));
        latest = {ownAddress, next};
        return next;
    });
    if (!collection) {
        return;
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
        ask(slots[i], i, collection);
    }
    collection->timed(_timers.at(_clock.now() + _settings.collectTimeout, [collection] { collection->timeIsOver(); }));
}

void DeviceProfile::ask(const std::shared_ptr<plugins::Slot>& slot, std::size_t index,
                        const std::shared_ptr<Collection>& collection) const {
    hosting::Call::Request request;
    request.kind = hosting::Call::Kind::collect;
    request.id = "device-info:" + slot->manifest().id;
    request.deadline = _clock.now() + _settings.collectTimeout;
    const auto call = std::make_shared<hosting::Call>(
        std::move(request),
        [collection, index](hosting::Outcome outcome) { collection->answered(index, std::move(outcome)); });
    collection->watched(index, _watchdog.watch(call, slot));
    slot->invoke(call);
}

}  // namespace aip::lifecycle

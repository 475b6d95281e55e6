#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "base/limited_lines.h"
#include "base/timer_queue.h"
#include "execution/call_watchdog.h"
#include "plugins/slot.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aip::lifecycle {

struct DeviceProfileSettings {
    std::string clientId;
    std::string platform;                               ///< "linux", ...
    std::map<std::string, std::string> customMetadata;  ///< of the configuration; wins over the plugins'
    std::chrono::milliseconds collectTimeout{5'000};    ///< for all device-info plugins together
    std::chrono::milliseconds cancelGrace{30'000};  ///< after that, until a plugin that does not return is abandoned
};

/// Describes this device: asks the device-info plugins and merges their answers into one system_info object.
/// Lifetime: it may end while plugins are still asked; `timers` and `clock` may not.
class DeviceProfile {
  public:
    /// `systemInfo` is a JSON object. Called at most once, on any thread, with no lock held; not at all if `timers`
    /// ends first. It may be called after the profile has ended.
    using Ready = std::function<void(std::string systemInfo)>;

    /// The current device-info plugins. Any thread.
    using Plugins = std::function<std::vector<std::shared_ptr<plugins::Slot>>()>;

    DeviceProfile(DeviceProfileSettings settings, Plugins plugins, base::TimerQueue& timers, const base::Clock& clock);

    /// Asks all plugins at once and waits at most `collectTimeout`; if they are being asked already, for what they say
    /// then. A section that is late or faulty is left out with a warning; device_id and the configured metadata are
    /// always there. `ownAddress` is the ip_address unless it is empty. Never blocks; any thread.
    void collect(const std::string& ownAddress, Ready ready) const;

    const DeviceProfileSettings& settings() const { return _settings; }

  private:
    class Collection;
    /// The one that goes on, if any.
    struct Latest {
        std::string ownAddress;
        std::weak_ptr<Collection> collection;
    };

    void ask(const std::shared_ptr<plugins::Slot>& slot, std::size_t index,
             const std::shared_ptr<Collection>& collection) const;

    const DeviceProfileSettings _settings;
    const Plugins _plugins;  ///< null: none
    base::TimerQueue& _timers;
    const base::Clock& _clock;
    const execution::CallWatchdog _watchdog;
    const std::shared_ptr<base::log::LimitedLines> _lines;  ///< of faulty sections: a server may ask without end
    mutable base::Guarded<Latest> _latest;
};

}  // namespace aip::lifecycle

#pragma once

#include "base/clock.h"
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
    std::chrono::milliseconds collectTimeout{5'000};    ///< for each device-info plugin
};

/// Describes this device: asks the device-info plugins and merges their answers into one system_info object.
class DeviceProfile {
  public:
    /// `systemInfo` is a JSON object, or empty if nothing could be collected. Called once, on any thread.
    using Ready = std::function<void(std::string systemInfo)>;

    /// The current device-info plugins. Any thread.
    using Plugins = std::function<std::vector<std::shared_ptr<plugins::Slot>>()>;

    DeviceProfile(DeviceProfileSettings settings, Plugins plugins, execution::CallWatchdog& watchdog,
                  const base::Clock& clock);

    /// Asks all plugins at once; a plugin that fails is left out, with a warning. `ownAddress` is the ip_address unless
    /// it is empty. Never blocks; any thread.
    void collect(std::string ownAddress, Ready ready) const;

    const DeviceProfileSettings& settings() const { return _settings; }

  private:
    struct Collection;
    void ask(const std::shared_ptr<plugins::Slot>& slot, std::size_t index,
             const std::shared_ptr<Collection>& collection) const;
    std::string merge(const Collection& collection) const;

    const DeviceProfileSettings _settings;
    const Plugins _plugins;  ///< null: none
    execution::CallWatchdog& _watchdog;
    const base::Clock& _clock;
};

}  // namespace aip::lifecycle

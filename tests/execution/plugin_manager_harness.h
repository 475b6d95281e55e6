#pragma once

#include "execution/plugin_manager.h"
#include "tests/plugins/support.h"
#include "tests/support/execution_harness.h"

#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::tests {

/// A plugin manager with a folder of plugins, and a dispatcher on top of it.
class PluginManagerHarness {
  public:
    explicit PluginManagerHarness(plugins::Isolation isolation, execution::PluginManagerSettings settings = {});
    ~PluginManagerHarness();
    PluginManagerHarness(const PluginManagerHarness&) = delete;
    PluginManagerHarness& operator=(const PluginManagerHarness&) = delete;

    /// Copies the built test plugin into the folder as `id`, replacing an older one.
    void install(const std::string& built, const std::string& id);
    void remove(const std::string& id);
    std::filesystem::path folder(const std::string& id) const { return _plugins.path() / id; }

    /// Reads the folder again.
    base::Result<void> replace() { return set.replace(plan, _makeSlot); }

    /// Sends a COMMAND with one action in its own session. Returns the result or the error.
    std::future<std::string> begin(const std::string& tool, const std::string& parameters = "{}");
    std::string call(const std::string& tool, const std::string& parameters = "{}");
    void cancelAll() { _door->cancelAll("enough"); }

    /// "id version state reason-code" for each plugin.
    std::vector<std::string> listed() const;
    /// The names of the tools that list_tools shows.
    std::vector<std::string> tools();
    /// The current slot of a plugin.
    std::weak_ptr<plugins::Slot> slot(const std::string& id) const;
    /// Number of answers that no call waited for.
    int surplus() const;

  private:
    void answered(const execution::FinishedBatch& batch);

    const TemporaryFolder _plugins;
    const TemporaryFolder _staging;
    base::TimerQueue _timers;

  public:
    LogBook log;  ///< of the plugins
    execution::PluginSetConfig plan;
    execution::PluginManager set;

  private:
    const execution::LeaseFactory _makeSlot;
    mutable std::mutex _mutex;
    std::map<std::string, std::promise<std::string>> _waiting;
    int _number = 0;
    int _surplus = 0;
    ExecutionHarness _execution{set.router()};
    std::optional<execution::FrontDoor> _door;
};

}  // namespace aip::tests

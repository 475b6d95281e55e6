#pragma once

#include "execution/plugin_manager.h"
#include "tests/plugins/support.h"
#include "tests/support/execution_harness.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
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

    /// Invokes a tool, in a session of its own. Returns the result or the error.
    std::future<std::string> begin(const std::string& tool, const std::string& parameters = "{}");
    std::string call(const std::string& tool, const std::string& parameters = "{}");
    void cancelAll();

    /// "id version state reason-code" for each plugin.
    std::vector<std::string> listed() const;
    /// The names of the tools that are offered.
    std::vector<std::string> tools() const;
    /// The current slot of a plugin.
    std::weak_ptr<plugins::Slot> slot(const std::string& id) const;
    /// Number of ends beyond one for each call.
    int surplus() const { return _surplus; }

  private:
    struct Running {
        std::promise<std::string> answer;
        std::weak_ptr<execution::Invocation> invocation{};
    };

    void ended(int number, const hosting::Outcome& outcome);

    const TemporaryFolder _plugins;
    const TemporaryFolder _staging;
    base::TimerQueue _timers;

  public:
    LogBook log;  ///< of the plugins
    execution::PluginSetConfig plan;
    execution::PluginManager set;

  private:
    const execution::LeaseFactory _makeSlot;
    std::atomic<int> _number{0};
    std::atomic<int> _surplus{0};
    base::Guarded<std::map<int, Running>> _running;
    ExecutionHarness _execution{set.router()};
};

}  // namespace aip::tests

#pragma once

#include "base/thread_pool.h"
#include "plugins/slot.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aip::tests {

/// A slot whose plugin is a function of the test, run on threads of its own like a real plugin.
class FakeSlot : public plugins::Slot {
  public:
    using Plugin = std::function<hosting::Outcome(hosting::Call&)>;

    FakeSlot(admission::Manifest manifest, Plugin plugin)
        : _manifest(std::move(manifest)), _plugin(std::move(plugin)) {}

    const admission::Manifest& manifest() const override { return _manifest; }
    plugins::SlotState state() const override { return plugins::SlotState::running; }
    std::string reason() const override { return {}; }
    base::Result<void, hosting::Refusal> start() override { return {}; }
    void invoke(std::shared_ptr<hosting::Call> call) override {
        ++invoked;
        threads().run([plugin = _plugin, call] { call->finish(plugin(*call)); });
    }
    void cancelled(const hosting::Call&) override { ++cancels; }
    bool abandon(const hosting::Call&) override {
        ++abandoned;
        return false;
    }
    bool revive() override { return false; }
    bool stop(std::chrono::milliseconds) override { return true; }

    std::atomic<int> invoked{0};
    std::atomic<int> cancels{0};
    std::atomic<int> abandoned{0};

  private:
    /// Shared by all, because the last holder of a slot may be one of its threads.
    static base::ThreadPool& threads() {
        static base::ThreadPool pool(32);
        return pool;
    }

    admission::Manifest _manifest;
    Plugin _plugin;
};

inline admission::ToolManifest tool(const std::string& name, const std::string& nameSpace = "BashExecutor",
                                    const std::string& schema = R"({"type":"object","properties":{}})",
                                    const std::string& type = "action") {
    admission::ToolManifest manifest;
    manifest.name = name;
    manifest.type = type;
    manifest.nameSpace = nameSpace;
    manifest.description = "A tool of the tests.";
    manifest.inputSchema = schema;
    manifest.outputSchema = manifest.meta = manifest.annotations = "null";
    return manifest;
}

inline std::shared_ptr<FakeSlot> fakeSlot(const std::string& id, std::vector<admission::ToolManifest> tools,
                                          FakeSlot::Plugin plugin) {
    admission::Manifest manifest;
    manifest.id = id;
    manifest.version = "1.0.0";
    manifest.tools = std::move(tools);
    return std::make_shared<FakeSlot>(std::move(manifest), std::move(plugin));
}

}  // namespace aip::tests

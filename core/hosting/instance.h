#pragma once

#include "base/descriptor.h"
#include "hosting/call_bridge.h"
#include "hosting/host.h"
#include "hosting/library.h"
#include "hosting/plugin_spec.h"
#include "hosting/refusal.h"
#include "hosting/task_events.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/dynamic_tools.h>
#include <aip/ext/task_events.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace aip::hosting {

/// A plugin that is loaded and started in this process. The tags are the thread tags of the SDK: the functions marked
/// [control] never overlap, at most `concurrency` threads are in run(), and start() and the destructor run alone.
class Instance {
  public:
    using Started = base::Result<std::unique_ptr<Instance>, Refusal>;

    /// The second part of the gate: loads `library`, compares it with the manifest (`spec`), creates and starts the
    /// plugin. Blocks as long as the plugin does. [control]
    static Started start(const PluginSpec& spec, base::Descriptor library, LogSink log,
                         const std::optional<ArtifactPort>& artifacts = std::nullopt,
                         std::function<void()> toolsChanged = {});

    /// Stops and destroys the plugin. [control]
    ~Instance();

    /// The current tools of the plugin as it writes them, unchecked; "[]" without aip.dynamic-tools/1. [control]
    base::Result<std::string> listTools() const;

    /// Runs a call and returns its outcome. Blocks as long as the plugin does. [worker]
    Outcome run(const std::shared_ptr<Call>& call, std::size_t maxResultSize, CallBridge::Keeper keeper = {});

    /// The call with this id was cancelled. [any]
    void cancel(std::string_view callId);

  private:
    Instance(LogSink log, const std::optional<ArtifactPort>& artifacts, HostSettings host,
             std::function<void()> toolsChanged, Library library)
        : _host(std::move(log), artifacts, std::move(host), std::move(toolsChanged)), _library(library) {}

    Check create();
    Check findExtensions(const PluginSpec& spec);
    Check matchTools(const PluginSpec& spec);
    Check startPlugin(std::string_view configJson);
    Outcome execute(const std::shared_ptr<Call>& call, std::size_t maxResultSize, CallBridge::Keeper keeper);
    aip_status invoke(const Call::Request& request, const aip_call* call) const;
    void tell(TaskEvents::Event event, const Task& task);
    void retire(std::unique_ptr<CallBridge> bridge);

    Host _host;
    Library _library;
    aip_plugin* _plugin = nullptr;
    bool _started = false;
    const aip_command_executor* _executor = nullptr;
    const aip_device_info* _deviceInfo = nullptr;
    const aip_dynamic_tools* _dynamicTools = nullptr;
    const aip_task_events* _taskEvents = nullptr;
    TaskEvents _tasks{[this](TaskEvents::Event event, const Task& task) { tell(event, task); }};
    std::mutex _mutex;
    std::deque<std::unique_ptr<CallBridge>>
        _retired;  ///< for plugins that use a call too late: their memory is not freed
};

}  // namespace aip::hosting

#include "hosting/instance.h"

#include "base/json_text.h"
#include "hosting/abi_text.h"
#include "hosting/described_tools.h"

#include <exception>
#include <utility>

namespace aip::hosting {
namespace {

constexpr std::size_t keptBridges = 64;

Refusal invalid(const std::string& text) {
    return {reason::entryInvalid, text};
}

/// Calls into the plugin. It must not throw; if it does, this process must survive.
template <typename Function>
std::string guarded(Function function) {
    try {
        function();
        return {};
    } catch (const std::exception& thrown) {
        return std::string("an exception left the plugin: ") + thrown.what();
    } catch (...) {
        return "an exception left the plugin";
    }
}

Check checkEntry(const aip_plugin_entry& entry, const PluginSpec& spec) {
    if (entry.struct_size < AIP_END_OF(aip_plugin_entry, create) || entry.id == nullptr || entry.version == nullptr ||
        entry.create == nullptr) {
        return invalid("the entry is incomplete");
    }
    if (entry.abi_major != AIP_ABI_MAJOR || entry.abi_minor_required > AIP_ABI_MINOR) {
        return invalid("the entry is for ABI " + std::to_string(entry.abi_major) + ", needs minor " +
                       std::to_string(entry.abi_minor_required) + ": the manifest says otherwise");
    }
    if (spec.id != entry.id) {
        return invalid("the library's id is '" + base::readable(entry.id, 80) + "', not the manifest's");
    }
    if (spec.version != entry.version) {
        return invalid("the library's version is '" + base::readable(entry.version, 80) + "', the manifest says " +
                       spec.version);
    }
    return {};
}

}  // namespace

Instance::Started Instance::start(const PluginSpec& spec, base::Descriptor library, LogSink log,
                                  const std::optional<ArtifactPort>& artifacts, std::function<void()> toolsChanged) {
    auto loaded = Library::load(std::move(library));
    if (!loaded) {
        return Refusal{reason::loadFailed, loaded.error().text()};
    }
    if (auto checked = checkEntry(loaded->entry(), spec); !checked) {
        return std::move(checked).error();
    }
    std::unique_ptr<Instance> instance(
        new Instance(std::move(log), artifacts, spec.host, std::move(toolsChanged), *loaded));
    const ThreadCheck::Scope inside(instance->_host.threads(), ThreadCheck::Tag::control);
    if (auto checked = instance->create(); !checked) {
        return std::move(checked).error();
    }
    if (auto checked = instance->findExtensions(spec); !checked) {
        return std::move(checked).error();
    }
    if (auto checked = instance->matchTools(spec); !checked) {
        return std::move(checked).error();
    }
    if (auto checked = instance->startPlugin(spec.configJson); !checked) {
        return std::move(checked).error();
    }
    return instance;
}

Instance::~Instance() {
    if (_plugin == nullptr) {
        return;
    }
    const ThreadCheck::Scope inside(_host.threads(), ThreadCheck::Tag::control);
    guarded([this] {
        if (_started) {
            _plugin->stop(_plugin);
        }
    });
    guarded([this] { _plugin->destroy(_plugin); });
}

Check Instance::create() {
    aip_status status = AIP_INTERNAL;
    aip_plugin* plugin = nullptr;
    const std::string thrown = guarded([&] { plugin = _library.entry().create(_host.table(), &status); });
    if (plugin == nullptr) {
        return Refusal{
            reason::createFailed,
            thrown.empty() ? "create() failed with " + base::codeName(static_cast<base::Code>(status)) : thrown};
    }
    if (plugin->struct_size < AIP_END_OF(aip_plugin, get_extension) || plugin->start == nullptr ||
        plugin->stop == nullptr || plugin->destroy == nullptr || plugin->get_extension == nullptr) {
        return invalid("create() returned an incomplete table");
    }
    _plugin = plugin;
    return {};
}

Check Instance::findExtensions(const PluginSpec& spec) {
    for (const std::string& id : spec.extensions) {
        const void* table = nullptr;
        const std::string thrown = guarded([&] { table = _plugin->get_extension(_plugin, text(id)); });
        if (table == nullptr) {
            return Refusal{reason::extensionMissing, "the manifest promises " + id + ", the library does not have it" +
                                                         (thrown.empty() ? "" : ": " + thrown)};
        }
        if (id == AIP_EXT_COMMAND_EXECUTOR) {
            _executor = static_cast<const aip_command_executor*>(table);
        } else if (id == AIP_EXT_DEVICE_INFO) {
            _deviceInfo = static_cast<const aip_device_info*>(table);
        } else if (id == AIP_EXT_DYNAMIC_TOOLS) {
            _dynamicTools = static_cast<const aip_dynamic_tools*>(table);
        } else if (id == AIP_EXT_TASK_EVENTS) {
            _taskEvents = static_cast<const aip_task_events*>(table);
        }
    }
    if ((_executor != nullptr && !AIP_HAS(aip_command_executor, _executor, execute)) ||
        (_deviceInfo != nullptr && !AIP_HAS(aip_device_info, _deviceInfo, collect)) ||
        (_dynamicTools != nullptr && !AIP_HAS(aip_dynamic_tools, _dynamicTools, list)) ||
        (_taskEvents != nullptr && _taskEvents->struct_size < AIP_END_OF(aip_task_events, ended))) {
        return invalid("the table of an extension is incomplete");
    }
    return {};
}

Check Instance::matchTools(const PluginSpec& spec) {
    base::Result<void> match;
    const std::string thrown = guarded([&] { match = matchDescribedTools(*_plugin, spec); });
    if (match && thrown.empty()) {
        return {};
    }
    return Refusal{reason::toolMissing, thrown.empty() ? match.error().text() : thrown};
}

Check Instance::startPlugin(std::string_view configJson) {
    aip_status status = AIP_INTERNAL;
    std::string why = guarded([&] { status = _plugin->start(_plugin, text(configJson)); });
    if (why.empty() && status == AIP_OK) {
        _started = true;
        return {};
    }
    if (why.empty()) {
        why = _host.lastError();
    }
    return Refusal{reason::startFailed,
                   why.empty() ? "start() failed with " + base::codeName(static_cast<base::Code>(status)) : why};
}

base::Result<std::string> Instance::listTools() const {
    if (_dynamicTools == nullptr) {
        return std::string("[]");
    }
    const ThreadCheck::Scope inside(_host.threads(), ThreadCheck::Tag::control);
    std::string json;
    const auto append = [](void* sink, aip_text piece) {
        auto& out = *static_cast<std::string*>(sink);
        out.append(view(piece).substr(0, longestToolList + 1 - out.size()));
    };
    aip_status status = AIP_INTERNAL;
    const std::string thrown = guarded([&] { status = _dynamicTools->list(_plugin, append, &json); });
    if (!thrown.empty() || status != AIP_OK) {
        return base::Error(
            base::Code::invalid,
            thrown.empty() ? "list() failed with " + base::codeName(static_cast<base::Code>(status)) : thrown);
    }
    return json;
}

Outcome Instance::run(const std::shared_ptr<Call>& call, std::size_t maxResultSize, CallBridge::Keeper keeper) {
    const ThreadCheck::Scope inside(_host.threads(), ThreadCheck::Tag::worker);
    const Task* const task = call->request().caller.running.get();
    TaskEvents* const events = _taskEvents == nullptr ? nullptr : &_tasks;
    if (call->request().kind == Call::Kind::taskEnded) {
        if (events != nullptr && task != nullptr) {
            events->end(*task);
        }
        return Outcome::success("null");
    }
    if (call->cancelled()) {
        return call->cancelOutcome();
    }
    const TaskEvents::Visit visit(events, task);
    if (call->request().kind == Call::Kind::taskBegan) {
        return Outcome::success("null");
    }
    return call->cancelled() ? call->cancelOutcome() : execute(call, maxResultSize, std::move(keeper));
}

Outcome Instance::execute(const std::shared_ptr<Call>& call, std::size_t maxResultSize, CallBridge::Keeper keeper) {
    auto bridge = std::make_unique<CallBridge>(call, maxResultSize, std::move(keeper));
    aip_status status = AIP_INTERNAL;
    const std::string thrown = guarded([&] { status = invoke(call->request(), bridge->table()); });
    Outcome outcome = bridge->finish(status);
    retire(std::move(bridge));
    if (!thrown.empty()) {
        return Outcome::failure(base::Code::internal, base::readable(thrown, Outcome::longestError));
    }
    return outcome;
}

aip_status Instance::invoke(const Call::Request& request, const aip_call* call) const {
    if (request.kind == Call::Kind::collect) {
        return _deviceInfo == nullptr ? AIP_UNSUPPORTED : _deviceInfo->collect(_plugin, call);
    }
    const aip_command command{AIP_END_OF(aip_command, parameters_json), 0, text(request.tool), text(request.toolType),
                              text(request.parameters)};
    return _executor == nullptr ? AIP_UNSUPPORTED : _executor->execute(_plugin, call, &command);
}

void Instance::tell(TaskEvents::Event event, const Task& task) {
    const aip_task told{AIP_END_OF(aip_task, task_name), 0, text(task.session), text(task.name)};
    const auto function = event == TaskEvents::Event::began ? _taskEvents->began : _taskEvents->ended;
    const std::string thrown = guarded([&] {
        if (function != nullptr) {
            function(_plugin, &told);
        }
    });
    if (!thrown.empty()) {
        const std::string line = "task events: " + thrown;
        _host.table()->log(_host.table(), AIP_LOG_ERROR, text(line));
    }
}

void Instance::cancel(std::string_view callId) {
    if (_executor != nullptr && AIP_HAS(aip_command_executor, _executor, cancel)) {
        const ThreadCheck::Scope inside(_host.threads(), ThreadCheck::Tag::any);
        guarded([&] { _executor->cancel(_plugin, text(callId)); });
    }
}

void Instance::retire(std::unique_ptr<CallBridge> bridge) {
    const std::lock_guard lock(_mutex);
    _retired.push_back(std::move(bridge));
    if (_retired.size() > keptBridges) {
        _retired.pop_front();
    }
}

}  // namespace aip::hosting

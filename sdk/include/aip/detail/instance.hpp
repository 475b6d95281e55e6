// The C side of a plugin: tables and thunks over a class T.
#pragma once

#include "../abi.h"
#include "../ext/command_executor.h"
#include "../ext/device_info.h"
#include "../ext/dynamic_tools.h"
#include "../ext/manifest.h"
#include "../ext/task_events.h"
#include "call.hpp"
#include "checks.hpp"
#include "description.hpp"
#include "error.hpp"
#include "log.hpp"

#include <memory>
#include <string>
#include <string_view>

extern "C" const aip_plugin_entry aip_plugin_entry_v1;

namespace aip::detail {

/// `entry` is the one that leads here; it is asked for what the manifest says of the library.
template <typename T, const aip_plugin_entry& entry = aip_plugin_entry_v1, bool fine = PluginClass<T>::fine>
class Instance {
  public:
    Instance() { T::describe(_description); }

    static aip_plugin* create(const aip_host* agent, aip_status* status) noexcept {
        std::unique_ptr<Instance> made;
        host = agent;
        *status = guarded([&made] { made = std::make_unique<Instance>(); }, &log::error);
        if (!made) {
            host = nullptr;
            return nullptr;
        }
        return &made.release()->_plugin;
    }

  private:
    static Instance& of(aip_plugin* plugin) { return *static_cast<Instance*>(plugin->context); }

    static aip_status start(aip_plugin* plugin, aip_text config) noexcept {
        auto& self = of(plugin);
        return guarded(
            [&] {
                const Settings settings = self._description.readSettings(view(config));
                if constexpr (TakesSettings<T>) {
                    self._object.start(settings);
                } else if constexpr (StartsAlone<T>) {
                    self._object.start();
                }
            },
            &log::error);
    }

    static void stop(aip_plugin* plugin) noexcept {
        guarded(
            [&object = of(plugin)._object] {
                if constexpr (Stops<T>) {
                    object.stop();
                }
            },
            &log::error);
    }

    static void destroy(aip_plugin* plugin) noexcept {
        const aip_host* agent = of(plugin)._agent;
        guarded([plugin] { delete &of(plugin); }, &log::error);
        host.compare_exchange_strong(agent, nullptr);  // in a test there may be the next one already
    }

    static const void* extension(aip_plugin* plugin, aip_text id) noexcept {
        const auto& description = of(plugin)._description;
        const std::string_view name = view(id);
        if (name == AIP_EXT_MANIFEST) {
            return &manifestTable;
        }
        if (name == AIP_EXT_COMMAND_EXECUTOR && description.executes()) {
            return &executorTable;
        }
        if (name == AIP_EXT_DEVICE_INFO && description.collect()) {
            return &deviceInfoTable;
        }
        if (name == AIP_EXT_DYNAMIC_TOOLS && description.isDynamic()) {
            return &dynamicToolsTable;
        }
        if (name == AIP_EXT_TASK_EVENTS && HearsOfTasks<T>) {
            return &taskEventsTable;
        }
        return description.extension(name);
    }

    /// Runs `body(call)` and hands its result over.
    template <typename Body>
    static aip_status answer(const aip_call& raw, Body&& body) noexcept {
        return guarded([&] { body(Call(raw)).handOver(raw); },
                       [&raw](std::string_view text) {
                           asUtf8(text, [&raw](std::string_view valid) { raw.set_error(&raw, borrow(valid)); });
                       });
    }

    static aip_status execute(aip_plugin* plugin, const aip_call* raw, const aip_command* command) noexcept {
        return answer(*raw, [&](const Call& call) {
            auto& self = of(plugin);
            const std::string_view type = view(command->tool_type);
            const std::string_view name = view(command->tool);
            if (const auto* tool = self._description.find(type, name)) {
                return tool->run(self._object, call, view(command->parameters_json));
            }
            if (auto result = self._description.runDynamic(self._object, call, *command)) {
                return *std::move(result);
            }
            throw Error(Code::notFound, "no tool '" + std::string(name) + "' here");
        });
    }

    static aip_status list(aip_plugin* plugin, void (*write)(void*, aip_text), void* sink) noexcept {
        return guarded(
            [&] {
                auto& self = of(plugin);
                write(sink, borrow(self._description.listDynamic(self._object, entry)));
            },
            &log::error);
    }

    static void cancel(aip_plugin* plugin, aip_text callId) noexcept {
        guarded(
            [&] {
                if constexpr (TakesCancel<T>) {
                    of(plugin)._object.onCancel(view(callId));
                }
            },
            &log::error);
    }

    static void taskBegan(aip_plugin* plugin, const aip_task* task) noexcept {
        guarded(
            [&] {
                if constexpr (HearsBegins<T>) {
                    of(plugin)._object.onTaskBegin({view(task->session_id), view(task->task_name)});
                }
            },
            &log::error);
    }

    static void taskEnded(aip_plugin* plugin, const aip_task* task) noexcept {
        guarded(
            [&] {
                if constexpr (HearsEnds<T>) {
                    of(plugin)._object.onTaskEnd({view(task->session_id), view(task->task_name)});
                }
            },
            &log::error);
    }

    static aip_status collect(aip_plugin* plugin, const aip_call* raw) noexcept {
        return answer(*raw, [plugin](const Call& call) {
            auto& self = of(plugin);
            return self._description.collect()(self._object, call);
        });
    }

    static aip_status describe(aip_plugin* plugin, void (*write)(void*, aip_text), void* sink) noexcept {
        return guarded(
            [&] {
                const auto& description = of(plugin)._description;
                if (description.hasSettings() && !TakesSettings<T>) {
                    log::warn("settings are described, but start() takes no 'const aip::Settings&': nobody reads them");
                }
                write(sink, borrow(description.manifest(entry)));
            },
            &log::error);
    }

    static constexpr aip_command_executor executorTable{sizeof(aip_command_executor), 0, &execute,
                                                        TakesCancel<T> ? &cancel : nullptr};
    static constexpr aip_device_info deviceInfoTable{sizeof(aip_device_info), 0, &collect};
    static constexpr aip_dynamic_tools dynamicToolsTable{sizeof(aip_dynamic_tools), 0, &list};
    static constexpr aip_task_events taskEventsTable{sizeof(aip_task_events), 0, HearsBegins<T> ? &taskBegan : nullptr,
                                                     HearsEnds<T> ? &taskEnded : nullptr};
    static constexpr aip_manifest manifestTable{sizeof(aip_manifest), 0, &describe};

    const aip_host* _agent = host;
    aip_plugin _plugin{sizeof(aip_plugin), 0, this, &start, &stop, &destroy, &extension};
    Description<T> _description;
    T _object;
};

/// Of a class that is none of a plugin; the compiler has said why.
template <typename T, const aip_plugin_entry& entry>
class Instance<T, entry, false> {
  public:
    static aip_plugin* create(const aip_host*, aip_status*) noexcept { return nullptr; }
};

}  // namespace aip::detail

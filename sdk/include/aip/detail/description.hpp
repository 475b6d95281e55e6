// What an author declares in describe().
#pragma once

#include "../abi.h"
#include "../ext/command_executor.h"
#include "../ext/device_info.h"
#include "../ext/dynamic_tools.h"
#include "../ext/task_events.h"
#include "checks.hpp"
#include "dynamic_tools.hpp"
#include "settings.hpp"
#include "tool.hpp"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__linux__) && defined(__x86_64__)
#define AIP_PLATFORM "linux-x86_64"
#elif defined(__linux__) && defined(__aarch64__)
#define AIP_PLATFORM "linux-aarch64"
#else
#error "aip: no name for this platform"
#endif

namespace aip {

/// Everything that a plugin of class T declares about itself.
///
/// A callable is a member function of T, a free function or a lambda. It may take (free functions and lambdas: T& and
/// then) const aip::Call& first; every further parameter needs one aip::param, in the same order.
template <typename T>
class Description {
  public:
    Description() = default;
    Description(const Description&) = delete;  // describe() would fill in a copy
    Description& operator=(const Description&) = delete;

    Description& describe(std::string text) {
        _text = std::move(text);
        return *this;
    }

    /// Under which name profiles offer the tools. The plugin's id if it is not set.
    Description& nameSpace(std::string name) {
        _nameSpace = std::move(name);
        return *this;
    }

    /// How many calls may run at once; 1 if it is not set, and the tools need no locks then.
    Description& concurrency(std::uint32_t calls) {
        _concurrency = calls;
        return *this;
    }

    /// A tool that does something.
    template <typename F, typename... Params>
    Tool<T>& action(std::string name, std::string description, F function, Params... params) {
        return add<detail::checkTool<T, F, Params...>()>("action", std::move(name), std::move(description),
                                                         std::move(function), std::move(params)...);
    }

    /// A tool that only looks.
    template <typename F, typename... Params>
    Tool<T>& dataCollection(std::string name, std::string description, F function, Params... params) {
        return add<detail::checkTool<T, F, Params...>()>("data_collection", std::move(name), std::move(description),
                                                         std::move(function), std::move(params)...);
    }

    /// A setting of type V that must be given, or may be left out if V is std::optional. Returns it for its limits.
    template <typename V>
    Param& setting(std::string name, std::string description) {
        return addSetting<V>(Param(std::move(name), std::move(description)));
    }

    /// A setting with a default, which also gives the type.
    template <typename V>
    Param& setting(std::string name, std::string description, const V& fallback) {
        using Stored = std::conditional_t<detail::Text<V>, std::string, V>;
        return addSetting<Stored>(param(std::move(name), std::move(description), fallback));
    }

    /// What describes the machine at registration; returns an object (aip.device-info/1).
    template <typename F>
    Description& deviceInfo(F function) {
        if constexpr (detail::checkTool<T, F>()) {
            static_assert(detail::WrittenAsObject<typename detail::ShapeOf<T, F>::Result>,
                          "aip: what describes the machine is an object: return an aip::Object, a std::map or a struct "
                          "with fields()");
            _collect = [function](T& self, const Call& call) { return detail::invoke<T>(function, self, call); };
        }
        return *this;
    }

    /// The member that holds the tools that come and go at run time (aip.dynamic-tools/1).
    Description& dynamicTools(DynamicTools<T> T::*member) {
        _dynamic = member;
        _findDynamic = [](const DynamicTools<T>& tools, std::string_view type, std::string_view name) {
            return tools.find(type, name);
        };
        _listDynamic = [](const DynamicTools<T>& tools, const std::string& nameSpace) { return tools.list(nameSpace); };
        return *this;
    }

    /// A table of your own for the extension `id` ("org.example.thing/1"); it must live as long as the library.
    Description& extension(std::string id, const void* table) {
        std::erase_if(_extensions, [&id](const auto& other) { return other.first == id; });
        _extensions.emplace_back(std::move(id), table);
        return *this;
    }

    const Tool<T>* find(std::string_view type, std::string_view name) const {
        for (const auto& tool : _tools) {
            if (tool.is(type, name)) {
                return &tool;
            }
        }
        return nullptr;
    }

    /// The author's own table for `id`, null if there is none.
    const void* extension(std::string_view id) const {
        for (const auto& [name, table] : _extensions) {
            if (name == id) {
                return table;
            }
        }
        return nullptr;
    }

    bool executes() const { return !_tools.empty() || isDynamic(); }
    bool isDynamic() const { return _dynamic != nullptr; }

    /// The tools of now beside the declared ones, as aip.dynamic-tools/1 lists them.
    std::string listDynamic(T& object, const aip_plugin_entry& entry) const {
        return _listDynamic(object.*_dynamic, _nameSpace.value_or(entry.id));
    }

    /// The result of one of these, or nothing if there is no such tool.
    std::optional<detail::ToolResult> runDynamic(T& object, const Call& call, const aip_command& command) const {
        if (!isDynamic()) {
            return std::nullopt;
        }
        const auto tool = _findDynamic(object.*_dynamic, detail::view(command.tool_type), detail::view(command.tool));
        return tool ? std::optional(tool->run(object, call, detail::view(command.parameters_json))) : std::nullopt;
    }

    const std::function<detail::ToolResult(T&, const Call&)>& collect() const { return _collect; }
    bool hasSettings() const { return _settings.schema() != "null"; }
    Settings readSettings(std::string_view json) const { return _settings.read(json); }

    /// schema/plugin.schema.json without what only the built file knows.
    std::string manifest(const aip_plugin_entry& entry) const {
        Object abi{
            {"major", entry.abi_major}, {"minor", entry.abi_minor}, {"minor_required", entry.abi_minor_required}};
        Object out;
        out.set("schema_version", 1).set("id", entry.id).set("version", entry.version).set("description", _text);
        out.set("abi", abi).set("platform", AIP_PLATFORM).set("extensions", extensionIds());
        out.set("concurrency", _concurrency).set("settings", Json{_settings.schema()});
        std::string tools;
        for (const auto& tool : _tools) {
            tools += (tools.empty() ? "[" : ",") + tool.manifest(_nameSpace.value_or(entry.id)).text();
        }
        return out.set("tools", Json{tools.empty() ? "[]" : tools + "]"}).text();
    }

  private:
    template <typename V>
    Param& addSetting(Param described) {
        static_assert(sizeof(detail::FormOf<V>) > 0);
        if constexpr (detail::hasForm<V>) {
            return _settings.template add<V>(std::move(described));
        } else {
            return _settings.template add<bool>(std::move(described));  // the compiler has said why
        }
    }

    template <bool fine, typename F, typename... Params>
    Tool<T>& add(const char* type, std::string name, std::string description, F function, Params... params) {
        if (find(type, name)) {
            throw Error(Code::invalid, "tool '" + name + "' is declared twice");
        }
        if constexpr (fine) {
            return _tools.emplace_back(detail::makeTool<T>(type, std::move(name), std::move(description),
                                                           std::move(function), std::move(params)...));
        } else {
            return _tools.front();  // the compiler has said why
        }
    }

    std::vector<std::string> extensionIds() const {
        std::vector<std::string> ids;
        if (executes()) {
            ids.emplace_back(AIP_EXT_COMMAND_EXECUTOR);
        }
        if (isDynamic()) {
            ids.emplace_back(AIP_EXT_DYNAMIC_TOOLS);
        }
        if (_collect) {
            ids.emplace_back(AIP_EXT_DEVICE_INFO);
        }
        if (detail::HearsOfTasks<T>) {
            ids.emplace_back(AIP_EXT_TASK_EVENTS);
        }
        for (const auto& [id, table] : _extensions) {
            ids.push_back(id);
        }
        return ids;
    }

    std::string _text;
    std::optional<std::string> _nameSpace;
    std::uint32_t _concurrency = 1;
    std::list<Tool<T>> _tools;  // add() hands out references
    // So that nobody pays for it who has none: the functions are made where they are named.
    DynamicTools<T> T::*_dynamic = nullptr;
    std::shared_ptr<const Tool<T>> (*_findDynamic)(const DynamicTools<T>&, std::string_view,
                                                   std::string_view) = nullptr;
    std::string (*_listDynamic)(const DynamicTools<T>&, const std::string&) = nullptr;
    detail::SettingList _settings;
    std::function<detail::ToolResult(T&, const Call&)> _collect;
    std::vector<std::pair<std::string, const void*>> _extensions;
};

}  // namespace aip

// What an author declares in describe().
#pragma once

#include "../abi.h"
#include "../ext/command_executor.h"
#include "../ext/device_info.h"
#include "callable.hpp"
#include "schema.hpp"
#include "settings.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#if defined(__linux__) && defined(__x86_64__)
#define AIP_PLATFORM "linux-x86_64"
#elif defined(__linux__) && defined(__aarch64__)
#define AIP_PLATFORM "linux-aarch64"
#else
#error "aip: no name for this platform"
#endif

namespace aip {

/// A declared tool; what is not set here is null in the manifest.
template <typename T>
class Tool {
  public:
    using Run = std::function<std::string(T&, const Call&, std::string_view parameters)>;

    Tool(std::string name, std::string type, std::string description, detail::Schema input, std::string output, Run run)
        : _name(std::move(name)),
          _type(std::move(type)),
          _description(std::move(description)),
          _input(std::move(input)),
          _output(std::move(output)),
          _run(std::move(run)) {}

    Tool& title(std::string text) {
        _title = std::move(text);
        return *this;
    }
    /// Under which profiles offer it, where that is not the plugin's own nameSpace().
    Tool& nameSpace(std::string name) {
        _nameSpace = std::move(name);
        return *this;
    }
    /// How long a call may take before the agent cancels it, where that is not the agent's own limit.
    Tool& timeout(std::chrono::seconds limit) {
        _timeout = limit;
        return *this;
    }
    Tool& meta(Json json) {
        _meta = std::move(json);
        return *this;
    }
    Tool& annotations(Json json) {
        _annotations = std::move(json);
        return *this;
    }

    bool is(std::string_view type, std::string_view name) const { return _type == type && _name == name; }

    std::string run(T& self, const Call& call, std::string_view parameters) const {
        return _run(self, call, parameters);
    }

    Object manifest(const std::string& nameSpace) const {
        Object out;
        out.set("name", _name).set("type", _type).set("namespace", _nameSpace.value_or(nameSpace));
        out.set("title", _title).set("description", _description);
        out.set("input_schema", Json{detail::toText(_input)}).set("output_schema", Json{_output});
        out.set("meta", _meta).set("annotations", _annotations);
        if (_timeout) {
            out.set("timeout_seconds", _timeout->count());
        }
        return out;
    }

  private:
    std::string _name;
    std::string _type;
    std::string _description;
    detail::Schema _input;
    std::string _output;
    Run _run;
    std::optional<std::string> _title;
    std::optional<std::string> _nameSpace;
    std::optional<std::chrono::seconds> _timeout;
    Json _meta;
    Json _annotations;
};

/// Everything that a plugin of class T declares about itself.
///
/// A callable is a member function of T, a free function or a lambda. It may take (free functions and lambdas: T& and
/// then) const aip::Call& first; every further parameter needs one aip::param, in the same order.
template <typename T>
class Description {
  public:
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
        return add("action", std::move(name), std::move(description), std::move(function), std::move(params)...);
    }

    /// A tool that only looks.
    template <typename F, typename... Params>
    Tool<T>& dataCollection(std::string name, std::string description, F function, Params... params) {
        return add("data_collection", std::move(name), std::move(description), std::move(function),
                   std::move(params)...);
    }

    /// A setting of type V that must be given, or may be left out if V is std::optional. Returns it for its limits.
    template <typename V>
    Param& setting(std::string name, std::string description) {
        return _settings.template add<V>(Param(std::move(name), std::move(description)));
    }

    /// A setting with a default, which also gives the type.
    template <typename V>
    Param& setting(std::string name, std::string description, const V& fallback) {
        using Stored = std::conditional_t<detail::Text<V>, std::string, V>;
        return _settings.template add<Stored>(param(std::move(name), std::move(description), fallback));
    }

    /// What describes the machine at registration; returns an object (aip.device-info/1).
    template <typename F>
    Description& deviceInfo(F function) {
        _collect = [function](T& self, const Call& call) { return detail::invoke<T>(function, self, call); };
        return *this;
    }

    /// A table of your own for the extension `id` ("org.example.thing/1"); it must live as long as the library.
    Description& extension(std::string id, const void* table) {
        _extensions[std::move(id)] = table;
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

    bool hasTools() const { return !_tools.empty(); }
    const std::function<std::string(T&, const Call&)>& collect() const { return _collect; }
    const std::map<std::string, const void*, std::less<>>& extensions() const { return _extensions; }
    Settings readSettings(std::string_view json) const { return _settings.read(json); }

    /// schema/plugin.schema.json without what only the built file knows.
    std::string manifest(const aip_plugin_entry& entry) const {
        Object abi{
            {"major", entry.abi_major}, {"minor", entry.abi_minor}, {"minor_required", entry.abi_minor_required}};
        Object out;
        out.set("schema_version", 1).set("id", entry.id).set("version", entry.version).set("description", _text);
        out.set("abi", abi).set("platform", AIP_PLATFORM).set("extensions", extensionIds());
        out.set("concurrency", _concurrency).set("settings", Json{_settings.schema()});
        std::vector<Json> tools;
        for (const auto& tool : _tools) {
            tools.push_back({tool.manifest(_nameSpace.value_or(entry.id)).text()});
        }
        return out.set("tools", tools).text();
    }

  private:
    template <typename F, typename... Params>
    Tool<T>& add(const char* type, std::string name, std::string description, F function, Params... params) {
        using Shape = detail::ShapeOf<T, F>;
        static_assert(Shape::Arguments::count == sizeof...(Params), "a tool needs one aip::param for each parameter");
        if (find(type, name)) {
            throw Error(Code::invalid, "tool '" + name + "' is declared twice");
        }
        const detail::Arguments arguments(typename Shape::Arguments{}, Param(std::move(params))...);
        const auto run = [arguments, function](T& self, const Call& call, std::string_view parameters) {
            return arguments.apply(parameters, [&](auto&&... values) {
                return detail::invoke<T>(function, self, call, std::forward<decltype(values)>(values)...);
            });
        };
        return _tools.emplace_back(std::move(name), type, std::move(description), arguments.schema(),
                                   detail::outputSchemaOf<typename Shape::Result>(), run);
    }

    std::vector<std::string> extensionIds() const {
        std::vector<std::string> ids;
        if (hasTools()) {
            ids.emplace_back(AIP_EXT_COMMAND_EXECUTOR);
        }
        if (_collect) {
            ids.emplace_back(AIP_EXT_DEVICE_INFO);
        }
        for (const auto& [id, table] : _extensions) {
            ids.push_back(id);
        }
        return ids;
    }

    std::string _text;
    std::optional<std::string> _nameSpace;
    std::uint32_t _concurrency = 1;
    std::deque<Tool<T>> _tools;  // add() hands out references
    detail::SettingList _settings;
    std::function<std::string(T&, const Call&)> _collect;
    std::map<std::string, const void*, std::less<>> _extensions;
};

}  // namespace aip

// A tool: what its manifest says and what it runs.
#pragma once

#include "callable.hpp"
#include "json.hpp"
#include "schema.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip {

/// A declared tool; what is not set here is null in the manifest.
template <typename T>
class Tool {
  public:
    using Run = std::function<detail::ToolResult(T&, const Call&, std::string_view parameters)>;

    Tool(std::string name, std::string type, std::string description, Json input, Json output, Run run)
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
    /// The JSON Schema of the result, where it says more than the C++ type.
    Tool& outputSchema(Json schema) {
        _output = std::move(schema);
        return *this;
    }
    Tool& meta(Json json) {
        _meta = std::move(json);
        return *this;
    }
    /// Hints of a kind of your own, as a JSON object; those below have names.
    Tool& annotations(Json json) {
        _annotations = std::move(json);
        return *this;
    }

    // Hints for the one who calls: what is not said is not known.

    /// It changes nothing.
    Tool& readOnly(bool is = true) { return hint("readOnlyHint", is); }
    /// It may delete or overwrite.
    Tool& destructive(bool is = true) { return hint("destructiveHint", is); }
    /// To call it again with the same parameters changes nothing more.
    Tool& idempotent(bool is = true) { return hint("idempotentHint", is); }
    /// It reaches beyond this machine.
    Tool& openWorld(bool is = true) { return hint("openWorldHint", is); }

    bool is(std::string_view type, std::string_view name) const { return _type == type && _name == name; }
    bool isLike(const Tool& other) const { return is(other._type, other._name); }

    detail::ToolResult run(T& self, const Call& call, std::string_view parameters) const {
        return _run(self, call, parameters);
    }

    Object manifest(const std::string& nameSpace) const {
        Object out;
        out.set("name", _name).set("type", _type).set("namespace", _nameSpace.value_or(nameSpace));
        out.set("title", _title).set("description", _description);
        out.set("input_schema", _input).set("output_schema", _output);
        out.set("meta", _meta).set("annotations", allAnnotations());
        if (_timeout) {
            out.set("timeout_seconds", _timeout->count());
        }
        return out;
    }

  private:
    Tool& hint(const char* name, bool is) {
        _hints[name] = detail::toJson(is);
        return *this;
    }

    Json allAnnotations() const {
        if (_hints.empty()) {
            return _annotations;
        }
        detail::Schema all = _hints;
        detail::Document others(_annotations.text);
        if (!detail::isNull(others.root())) {
            detail::readObject(others.root(), [&all](const std::string& name, const detail::Value& value) {
                all.try_emplace(name, detail::view(aip_json_raw(value.json)));
            });
        }
        return {detail::toText(all)};
    }

    std::string _name;
    std::string _type;
    std::string _description;
    Json _input;
    Json _output;
    Run _run;
    std::optional<std::string> _title;
    std::optional<std::string> _nameSpace;
    std::optional<std::chrono::seconds> _timeout;
    Json _meta;
    Json _annotations;
    detail::Schema _hints;
};

namespace detail {

/// A tool from a callable and a Param for each of its parameters, all of which are right (checkTool()).
template <typename T, typename F, typename... Params>
Tool<T> makeTool(const char* type, std::string name, std::string description, F function, Params... params) {
    using Shape = ShapeOf<T, F>;
    const Arguments arguments(typename Shape::Arguments{}, Param(std::move(params))...);
    const auto run = [arguments, function](T& self, const Call& call, std::string_view parameters) {
        return arguments.apply(parameters, [&](auto&&... values) {
            return invoke<T>(function, self, call, std::forward<decltype(values)>(values)...);
        });
    };
    return {std::move(name),
            type,
            std::move(description),
            Json{toText(arguments.schema())},
            Json{outputSchemaOf<typename Shape::Result>()},
            run};
}

}  // namespace detail
}  // namespace aip

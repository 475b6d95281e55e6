// Tools that come and go while the plugin runs: aip.dynamic-tools/1.
#pragma once

#include "../ext/dynamic_tools.h"
#include "agent.hpp"
#include "checks.hpp"
#include "tool.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip {

/// A tool that is known at run time only, such as that of another server: `input` is its JSON Schema, `run` gets the
/// parameters as JSON text, checked against it, and returns the result as JSON text.
template <typename T>
Tool<T> foreignTool(std::string type, std::string name, std::string description, Json input,
                    std::function<Json(T&, const Call&, std::string_view parameters)> run) {
    auto text = [run = std::move(run)](T& self, const Call& call, std::string_view parameters) {
        return run(self, call, parameters).text;
    };
    return {std::move(name), std::move(type), std::move(description), std::move(input), Json(), std::move(text)};
}

/// A member of the plugin's class, named in describe() by dynamicTools(). The agent hears of every change and shows it
/// to the server; a running call of a tool that is removed goes on. Any thread, from start() on; in an agent that does
/// not know aip.dynamic-tools/1 nothing comes of it.
template <typename T>
class DynamicTools {
  public:
    /// Adds a tool that does something; in the place of one of that name, if there is one.
    template <typename F, typename... Params>
    void action(std::string name, std::string description, F function, Params... params) {
        if constexpr (detail::checkTool<T, F, Params...>()) {
            add(detail::makeTool<T>("action", std::move(name), std::move(description), std::move(function),
                                    std::move(params)...));
        }
    }

    /// The same for a tool that only looks.
    template <typename F, typename... Params>
    void dataCollection(std::string name, std::string description, F function, Params... params) {
        if constexpr (detail::checkTool<T, F, Params...>()) {
            add(detail::makeTool<T>("data_collection", std::move(name), std::move(description), std::move(function),
                                    std::move(params)...));
        }
    }

    void add(Tool<T> tool) {
        {
            const std::lock_guard lock(_mutex);
            const auto added = std::make_shared<const Tool<T>>(std::move(tool));
            std::erase_if(_tools, [&](const auto& old) { return old->isLike(*added); });
            _tools.push_back(added);
        }
        tell();
    }

    /// False if there is none.
    bool remove(std::string_view type, std::string_view name) {
        {
            const std::lock_guard lock(_mutex);
            if (std::erase_if(_tools, [&](const auto& tool) { return tool->is(type, name); }) == 0) {
                return false;
            }
        }
        tell();
        return true;
    }

    std::shared_ptr<const Tool<T>> find(std::string_view type, std::string_view name) const {
        const std::lock_guard lock(_mutex);
        const auto found =
            std::find_if(_tools.begin(), _tools.end(), [&](const auto& tool) { return tool->is(type, name); });
        return found == _tools.end() ? nullptr : *found;
    }

    /// The array for the agent; `nameSpace` for the tools without one of their own.
    std::string list(const std::string& nameSpace) const {
        std::vector<Json> tools;
        const std::lock_guard lock(_mutex);
        for (const auto& tool : _tools) {
            tools.push_back({tool->manifest(nameSpace).text()});
        }
        return detail::toJson(tools);
    }

  private:
    static void tell() {
        if (const auto* agent = detail::agentTable<aip_dynamic_tools_host>(AIP_EXT_DYNAMIC_TOOLS)) {
            agent->changed(agent);
        }
    }

    mutable std::mutex _mutex;
    std::vector<std::shared_ptr<const Tool<T>>> _tools;
};

}  // namespace aip

#include "mcp_server/offered_tools.h"

#include "execution/router.h"

#include <utility>
#include <vector>

namespace aip::mcp_server {
namespace {

mcp::ToolText textOf(const admission::ToolManifest& tool, std::string name) {
    return {std::move(name), tool.title, tool.description, tool.inputSchema, tool.outputSchema, tool.annotations};
}

/// Also those that an Agent Server is not offered, because others have their names: here each has a name of its own.
std::vector<execution::Offer::ToolPtr> allOf(const base::Result<const execution::Offer*>& offer) {
    if (!offer) {
        return {};
    }
    auto tools = (*offer)->tools();
    for (const auto& hidden : (*offer)->hidden()) {
        tools.push_back(hidden.tool);
    }
    return tools;
}

}  // namespace

std::shared_ptr<const OfferedTools::Tools> OfferedTools::current() {
    const auto router = _router.current();
    return _state.with([&](State& state) {
        if (!state.tools || state.of.lock() != router) {
            state.tools =
                router ? build(*router, state.names) : std::make_shared<const Tools>(Tools{mcp::ToolList({}), {}});
            state.of = router;
        }
        return state.tools;
    });
}

std::shared_ptr<const OfferedTools::Tools> OfferedTools::build(const execution::Router& router,
                                                               mcp::ToolNames& names) const {
    const auto tools = allOf(router.offerFor({.profile = _profile}));
    std::vector<mcp::ToolKey> keys;
    for (const auto& tool : tools) {
        keys.push_back({tool->manifest.type, tool->manifest.nameSpace, tool->manifest.name});
    }
    const auto given = names.assign(keys);
    std::vector<mcp::ToolText> texts;
    std::map<std::string, mcp::ToolKey, std::less<>> byName;
    for (std::size_t at = 0; at < keys.size(); ++at) {
        texts.push_back(textOf(tools[at]->manifest, given[at]));
        byName.emplace(given[at], std::move(keys[at]));
    }
    return std::make_shared<const Tools>(Tools{mcp::ToolList(texts), std::move(byName)});
}

}  // namespace aip::mcp_server

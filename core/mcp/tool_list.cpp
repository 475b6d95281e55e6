#include "mcp/tool_list.h"

#include "base/json_text.h"
#include "mcp/rpc.h"

#include <algorithm>
#include <numeric>

namespace aip::mcp {
namespace {

using base::jsonString;

std::string listingOf(const ToolText& tool) {
    std::string text = R"("name":)" + jsonString(tool.name);
    if (!tool.title.empty()) {
        text += R"(,"title":)" + jsonString(tool.title);
    }
    text += R"(,"description":)" + jsonString(tool.description) + R"(,"inputSchema":)" + tool.inputSchema;
    if (tool.annotations.starts_with('{')) {
        text += R"(,"annotations":)" + tool.annotations;
    }
    return text;
}

ToolList::Entry entryOf(const ToolText& tool) {
    ToolList::Entry entry{tool.name, listingOf(tool), {}, Structure::none, false};
    if (tool.outputSchema.starts_with('{')) {
        const Params schema(tool.outputSchema);
        entry.outputSchema = tool.outputSchema;
        entry.structure = schema.isTrue("x-fastmcp-wrap-result") ? Structure::wrapped : Structure::plain;
        entry.structuresObjects = schema.text("type") == "object";
    }
    if (auto headers = headerArguments(tool.inputSchema)) {
        entry.headers = *std::move(headers);
    }
    return entry;
}

}  // namespace

ToolList::ToolList(const std::vector<ToolText>& tools) : _byName(tools.size()) {
    _tools.reserve(tools.size());
    for (const auto& tool : tools) {
        _tools.push_back(entryOf(tool));
    }
    std::iota(_byName.begin(), _byName.end(), 0U);
    std::ranges::sort(_byName, {}, [this](std::size_t at) -> std::string_view { return _tools[at].name; });
}

const ToolList::Entry* ToolList::find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(
        _byName, name, {}, [this](std::size_t index) -> std::string_view { return _tools[index].name; });
    return at != _byName.end() && _tools[*at].name == name ? &_tools[*at] : nullptr;
}

}  // namespace aip::mcp

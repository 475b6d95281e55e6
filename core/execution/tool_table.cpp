#include "execution/tool_table.h"

#include "base/json_text.h"

#include <algorithm>
#include <set>
#include <utility>

namespace aip::execution {
namespace {

std::string textOrNull(const std::string& text) {
    return text.empty() ? "null" : base::jsonString(text);
}

std::string listing(const plugins::ToolManifest& tool) {
    std::string out = R"({"tool_key":)" + base::jsonString(tool.key());
    out += R"(,"tool_name":)" + base::jsonString(tool.name);
    out += R"(,"title":)" + textOrNull(tool.title);
    out += R"(,"namespace":)" + base::jsonString(tool.nameSpace);
    out += R"(,"tool_type":)" + base::jsonString(tool.type);
    out += R"(,"description":)" + base::jsonString(tool.description);
    out += R"(,"input_schema":)" + tool.inputSchema;
    out += R"(,"output_schema":)" + tool.outputSchema;
    out += R"(,"meta":)" + tool.meta;
    out += R"(,"annotations":)" + tool.annotations;
    return out + "}";
}

}  // namespace

base::Result<ToolTable> ToolTable::build(const std::vector<std::shared_ptr<plugins::Slot>>& slots) {
    ToolTable table;
    for (const auto& slot : slots) {
        for (const auto& tool : slot->manifest().tools) {
            auto schema = base::JsonSchema::compile(tool.inputSchema);
            if (!schema) {
                return std::move(schema).error().within(slot->manifest().id + ": tool " + tool.name);
            }
            table._tools.push_back(std::make_unique<const Tool>(Tool{tool, *std::move(schema), slot, listing(tool)}));
        }
    }
    return table;
}

const Tool* ToolTable::find(std::string_view type, std::string_view nameSpace, std::string_view name) const {
    const auto found = std::find_if(_tools.begin(), _tools.end(), [&](const auto& tool) {
        return tool->manifest.name == name && tool->manifest.nameSpace == nameSpace && tool->manifest.type == type;
    });
    return found == _tools.end() ? nullptr : found->get();
}

std::vector<const Tool*> ToolTable::in(std::string_view type, std::string_view nameSpace) const {
    std::vector<const Tool*> tools;
    for (const auto& tool : _tools) {
        if (tool->manifest.nameSpace == nameSpace && tool->manifest.type == type) {
            tools.push_back(tool.get());
        }
    }
    return tools;
}

std::vector<std::string> ToolTable::capabilities() const {
    std::set<std::string> keys;
    for (const auto& tool : _tools) {
        keys.insert(tool->manifest.key());
    }
    return {keys.begin(), keys.end()};
}

}  // namespace aip::execution

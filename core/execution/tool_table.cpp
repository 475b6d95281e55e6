#include "execution/tool_table.h"

#include "base/json_text.h"

#include <set>
#include <utility>

namespace aip::execution {
namespace {

std::string textOrNull(const std::string& text) {
    return text.empty() ? "null" : base::jsonString(text);
}

std::string listing(const admission::ToolManifest& tool) {
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

std::shared_ptr<const audit::ToolFacts> factsOf(const admission::ToolManifest& tool,
                                                const admission::Manifest& plugin) {
    return std::make_shared<const audit::ToolFacts>(audit::ToolFacts{
        tool.key(), tool.nameSpace, plugin.id, plugin.version, plugin.sha256, audit::SecretMembers(tool.inputSchema)});
}

}  // namespace

ToolTable ToolTable::build(const Slots& slots, const ToolTable* previous, CallMeters& meters) {
    const Sources sources{previous, meters};
    ToolTable table;
    for (const auto& slot : slots) {
        for (const auto& tool : slot->manifest().tools) {
            table.add(slot, tool, sources);
        }
    }
    for (const auto& slot : slots) {
        table.addDynamic(slot, sources);
    }
    return table;
}

void ToolTable::addDynamic(const std::shared_ptr<plugins::Slot>& slot, const Sources& sources) {
    for (const auto& tool : slot->dynamicTools()) {
        if (const auto first = find(tool.type, tool.nameSpace, tool.name)) {
            _leftOut.push_back("plugin '" + slot->manifest().id + "': its tool " + tool.key() +
                               " is left out: plugin '" + first->slot->manifest().id + "' has one in namespace '" +
                               tool.nameSpace + "'");
        } else {
            add(slot, tool, sources);
        }
    }
}

void ToolTable::add(const std::shared_ptr<plugins::Slot>& slot, const admission::ToolManifest& tool,
                    const Sources& sources) {
    const auto* const previous = sources.previous;
    auto entry = previous == nullptr ? nullptr : previous->find(tool.type, tool.nameSpace, tool.name);
    if (!entry || entry->slot != slot || entry->manifest != tool) {
        auto schema = tool.parameters ? *tool.parameters : schema::Schema::compile(tool.inputSchema);
        if (!schema) {
            _leftOut.push_back("plugin '" + slot->manifest().id + "': its tool " + tool.key() +
                               " is left out: " + schema.error().text());
            return;
        }
        auto facts = factsOf(tool, slot->manifest());
        auto meter = sources.meters.of(*facts);
        entry = std::make_shared<const Tool>(
            Tool{tool, *std::move(schema), slot, listing(tool), std::move(facts), std::move(meter)});
    }
    const auto& manifest = entry->manifest;
    _byKey.emplace(Key(manifest.type, manifest.nameSpace, manifest.name), entry);
    _tools.push_back(std::move(entry));
}

std::shared_ptr<const Tool> ToolTable::find(std::string_view type, std::string_view nameSpace,
                                            std::string_view name) const {
    const auto found = _byKey.find(Key(type, nameSpace, name));
    return found == _byKey.end() ? nullptr : found->second;
}

std::vector<std::string> ToolTable::namespaces(std::string_view type) const {
    std::set<std::string_view> seen;
    std::vector<std::string> names;
    for (const auto& tool : _tools) {
        if (tool->manifest.type == type && seen.insert(tool->manifest.nameSpace).second) {
            names.push_back(tool->manifest.nameSpace);
        }
    }
    return names;
}

}  // namespace aip::execution

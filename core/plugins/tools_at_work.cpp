#include "plugins/tools_at_work.h"

namespace aip::plugins {

ToolsAtWork::ToolsAtWork(const PluginSet& set) {
    for (const PluginEntry& entry : set.entries()) {
        if (entry.slot) {
            add(entry.slot->dynamicTools(), {&entry, true});
            add(entry.tools, {&entry, false});
        }
    }
}

ToolsAtWork::Capability ToolsAtWork::capability(const admission::ToolManifest& tool) {
    return {tool.nameSpace, tool.type, tool.name};
}

void ToolsAtWork::add(const std::vector<admission::ToolManifest>& tools, Offer offer) {
    for (const auto& tool : tools) {
        _offers[capability(tool)].push_back(offer);
    }
}

const std::vector<ToolsAtWork::Offer>& ToolsAtWork::of(const admission::ToolManifest& tool) const {
    static const std::vector<Offer> none;
    const auto found = _offers.find(capability(tool));
    return found == _offers.end() ? none : found->second;
}

}  // namespace aip::plugins

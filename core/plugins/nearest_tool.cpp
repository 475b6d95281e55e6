#include "plugins/nearest_tool.h"

#include "base/nearest.h"

#include <aip/json.h>

namespace aip::plugins {
namespace {

using admission::ToolManifest;

std::string asked(const ToolManifest& tool, std::string_view type) {
    return "; did you mean '" + (type.empty() ? tool.name : tool.key()) + "'?";
}

}  // namespace

bool isDestructive(const ToolManifest& tool) {
    aip_json annotations;
    int destructive = 0;
    aip_json_parse({tool.annotations.data(), tool.annotations.size()}, &annotations);
    return aip_json_bool(aip_json_member(annotations, "destructiveHint"), &destructive) != 0 && destructive != 0;
}

std::string didYouMean(std::string_view type, std::string_view name, const std::vector<const ToolManifest*>& tools) {
    constexpr std::size_t share = 5;
    std::vector<std::string> names;
    std::vector<const ToolManifest*> offered;
    for (const auto* tool : tools) {
        if (!base::mayBeNear(name.size(), tool->name.size()) || isDestructive(*tool)) {
            continue;
        }
        if (tool->name == name && tool->type != type) {
            return asked(*tool, type);
        }
        names.push_back(tool->name);
        offered.push_back(tool);
    }
    const auto nearest = base::nearestName(name, names, share);
    const ToolManifest* found = nullptr;
    for (const auto* tool : offered) {
        if (nearest && tool->name == *nearest && (!found || tool->type == type)) {
            found = tool;
        }
    }
    return found ? asked(*found, type) : std::string();
}

}  // namespace aip::plugins

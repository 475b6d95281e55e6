#include "execution/offer.h"

#include <algorithm>
#include <set>

namespace aip::execution {

Offer::Offer(Profile profile, const ToolTable& table) : Profile(std::move(profile)) {
    if (everything) {
        actions = table.namespaces(actionType);
        dataCollections = table.namespaces(dataCollectionType);
    }
    choose(table);
    list(table);
}

void Offer::choose(const ToolTable& table) {
    std::set<Pair> wanted;
    for (const std::string_view type : {actionType, dataCollectionType}) {
        for (const auto& nameSpace : namespaces(type)) {
            wanted.emplace(type, nameSpace);
        }
    }
    for (const auto& tool : table.all()) {
        const auto& manifest = tool->manifest;
        if (!wanted.contains({manifest.type, manifest.nameSpace})) {
            continue;
        }
        const auto [first, isFirst] = _byName.try_emplace({manifest.type, manifest.name}, tool);
        if (!isFirst) {
            _hidden.push_back({tool, first->second});
        }
    }
}

void Offer::list(const ToolTable& table) {
    std::map<Pair, std::vector<ToolPtr>> offered;
    for (const auto& tool : table.all()) {
        if (find(tool->manifest.type, tool->manifest.name) == tool) {
            offered[{tool->manifest.type, tool->manifest.nameSpace}].push_back(tool);
        }
    }
    for (const std::string_view type : {actionType, dataCollectionType}) {
        for (const auto& nameSpace : namespaces(type)) {
            if (const auto found = offered.extract({type, nameSpace})) {  // once, however often it is named
                _tools.insert(_tools.end(), found.mapped().begin(), found.mapped().end());
            }
        }
    }
}

Offer::ToolPtr Offer::find(std::string_view type, std::string_view toolName) const {
    const auto found = _byName.find({type, toolName});
    return found == _byName.end() ? nullptr : found->second;
}

Offer::ToolPtr Offer::find(std::string_view type, std::string_view toolName, std::string_view nameSpace) const {
    const auto is = [&](const ToolPtr& tool) {
        const auto& manifest = tool->manifest;
        return manifest.type == type && manifest.name == toolName && manifest.nameSpace == nameSpace;
    };
    const auto first = find(type, toolName);
    if (first && is(first)) {
        return first;
    }
    const auto found = std::ranges::find_if(_hidden, is, &Hidden::tool);
    return found == _hidden.end() ? nullptr : found->tool;
}

}  // namespace aip::execution

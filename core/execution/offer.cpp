#include "execution/offer.h"

#include <algorithm>

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
    for (const auto& tool : table.all()) {
        const auto& manifest = tool->manifest;
        if (std::ranges::find(namespaces(manifest.type), manifest.nameSpace) == namespaces(manifest.type).end()) {
            continue;
        }
        const auto [first, isFirst] = _byName.try_emplace({manifest.type, manifest.name}, tool);
        if (!isFirst) {
            _hidden.push_back({tool, first->second});
        }
    }
}

void Offer::list(const ToolTable& table) {
    for (const std::string_view type : {actionType, dataCollectionType}) {
        for (const auto& nameSpace : namespaces(type)) {
            for (const auto& tool : table.in(type, nameSpace)) {
                const bool listed = std::ranges::find(_tools, tool) != _tools.end();
                if (!listed && find(type, tool->manifest.name) == tool) {
                    _tools.push_back(tool);
                }
            }
        }
    }
}

Offer::ToolPtr Offer::find(std::string_view type, std::string_view toolName) const {
    const auto found = _byName.find({type, toolName});
    return found == _byName.end() ? nullptr : found->second;
}

}  // namespace aip::execution

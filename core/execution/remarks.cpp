#include "execution/remarks.h"

#include "base/nearest.h"

#include <map>
#include <set>
#include <string_view>

namespace aip::execution {
namespace {

using Remarks = std::vector<Remark>;
using Names = std::set<std::string>;

const std::string& pluginOf(const Tool& tool) {
    return tool.slot->manifest().id;
}

Names namespacesOf(const ToolTable& tools, std::string_view type) {
    const auto names = tools.namespaces(type);
    return {names.begin(), names.end()};
}

std::string adviceOn(const std::string& nameSpace, std::string_view type, const ToolTable& tools) {
    const auto other = type == actionType ? dataCollectionType : actionType;
    if (namespacesOf(tools, other).contains(nameSpace)) {
        return "; it has tools of the type " + std::string(other);
    }
    for (const auto& tool : tools.all()) {
        if (tool->manifest.name == nameSpace) {
            return "; that is the name of a tool, its namespace is '" + tool->manifest.nameSpace + "'";
        }
    }
    return base::didYouMean(nameSpace, tools.namespaces(type));
}

void remarkOnNamespaces(Remarks& out, const Offer& offer, const ToolTable& tools, const Names& toCome) {
    for (const std::string_view type : {actionType, dataCollectionType}) {
        const auto known = namespacesOf(tools, type);
        for (const auto& nameSpace : offer.namespaces(type)) {
            if (!known.contains(nameSpace) && !toCome.contains(nameSpace)) {
                out.push_back({offer.name, std::string(type),
                               "no plugin has a tool of this type in namespace '" + nameSpace + "'" +
                                   adviceOn(nameSpace, type, tools)});
            }
        }
    }
}

void remarkOnHidden(Remarks& out, const Offer& offer) {
    for (const auto& [tool, by] : offer.hidden()) {
        out.push_back({offer.name, tool->manifest.type,
                       tool->manifest.key() + " of plugin '" + pluginOf(*tool) + "' in namespace '" +
                           tool->manifest.nameSpace + "' is not offered: plugin '" + pluginOf(*by) +
                           "' comes first and has one in namespace '" + by->manifest.nameSpace +
                           "'; plugins.order or other namespaces decide"});
    }
}

/// The namespaces of each plugin that has tools, and that no profile offers any of.
std::map<std::string, Names> unoffered(const Router& router) {
    std::map<std::string, Names> found;
    for (const auto& tool : router.tools().all()) {
        found[pluginOf(*tool)].insert(tool->manifest.nameSpace);
    }
    for (const auto& offer : router.offers()) {
        for (const auto& tool : offer.tools()) {
            found.erase(pluginOf(*tool));
        }
    }
    return found;
}

}  // namespace

std::vector<Remark> remarksOn(const Router& router, const std::vector<std::string>& toCome, bool byKey) {
    Remarks out;
    Names awaited(toCome.begin(), toCome.end());
    for (const auto& tool : router.tools().all()) {
        awaited.erase(tool->manifest.nameSpace);
    }
    for (const auto& offer : router.offers()) {
        remarkOnNamespaces(out, offer, router.tools(), awaited);
        if (byKey) {
            remarkOnHidden(out, offer);
        }
    }
    for (const auto& line : router.tools().leftOut()) {
        out.push_back({"", "", line});
    }
    for (const auto& [plugin, nameSpaces] : byKey ? unoffered(router) : std::map<std::string, Names>()) {
        std::string names;
        for (const auto& name : nameSpaces) {
            names += (names.empty() ? "" : ", ") + name;
        }
        out.push_back(
            {"", "", "no profile offers a tool of plugin '" + plugin + "': list its namespace in one (" + names + ")"});
    }
    return out;
}

}  // namespace aip::execution

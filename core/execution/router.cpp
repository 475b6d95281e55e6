#include "execution/router.h"

#include "base/json_text.h"
#include "base/nearest.h"

#include <array>
#include <utility>

namespace aip::execution {
namespace {

std::string inQuotes(std::string_view text) {
    return "'" + base::excerpt(text, 64) + "'";
}

}  // namespace

Router::Router(std::vector<Profile> profiles, ToolTable tools)
    : _profiles(std::move(profiles)), _tools(std::move(tools)) {
    for (auto& profile : _profiles) {
        if (profile.everything) {
            profile.actions = _tools.namespaces(actionType);
            profile.dataCollections = _tools.namespaces(dataCollectionType);
        }
    }
}

const Profile* Router::find(std::string_view agentName, std::string_view rootName) const {
    const Profile* fallback = nullptr;
    for (const auto& profile : _profiles) {
        if (profile.agent != agentName) {
            continue;
        }
        if (profile.root == rootName) {
            return &profile;
        }
        if (profile.root == defaultRoot) {
            fallback = &profile;
        }
    }
    return fallback;
}

base::Result<const Profile*> Router::profile(std::string_view agentName, std::string_view rootName) const {
    for (const std::string_view agent : {agentName, anyAgent}) {
        if (const Profile* found = find(agent, rootName)) {
            return found;
        }
    }
    std::string known;
    for (const auto& profile : _profiles) {
        known += (known.empty() ? "" : ", ") + profile.agent;
    }
    return base::Error(base::Code::notFound, "This device has no profile for agent " + inQuotes(agentName) +
                                                 "; configured: " + (known.empty() ? "none" : known));
}

base::Result<std::shared_ptr<const Tool>> Router::route(const Profile& profile, protocol::OptionalText toolType,
                                                        std::string_view toolName) const {
    for (const std::string_view type : {actionType, dataCollectionType}) {
        if (toolType && *toolType != type) {
            continue;
        }
        for (const auto& nameSpace : profile.namespaces(type)) {
            if (auto tool = _tools.find(type, nameSpace, toolName)) {
                return tool;
            }
        }
    }
    const std::string wanted = std::string(toolType.value_or(actionType)) + "::" + std::string(toolName);
    return base::Error(base::Code::notFound, "Tool " + inQuotes(wanted) + " is not offered to agent " +
                                                 inQuotes(profile.agent) + base::didYouMean(wanted, keysOf(profile)));
}

std::vector<std::string> Router::keysOf(const Profile& profile) const {
    std::vector<std::string> keys;
    for (const std::string_view type : {actionType, dataCollectionType}) {
        for (const auto& nameSpace : profile.namespaces(type)) {
            for (const Tool* tool : _tools.in(type, nameSpace)) {
                keys.push_back(tool->manifest.key());
            }
        }
    }
    return keys;
}

}  // namespace aip::execution

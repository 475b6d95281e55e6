#include "execution/router.h"

#include "base/json_text.h"
#include "plugins/nearest_tool.h"

#include <algorithm>
#include <set>
#include <utility>

namespace aip::execution {
namespace {

std::string inQuotes(std::string_view text) {
    return "'" + base::excerpt(text, 64) + "'";
}

Profile everything() {
    Profile profile;
    profile.everything = true;
    profile.name = everyNamespace;
    return profile;
}

std::vector<const admission::ToolManifest*> manifestsOf(const Offer& offer) {
    std::vector<const admission::ToolManifest*> manifests;
    for (const auto& tool : offer.tools()) {
        manifests.push_back(&tool->manifest);
    }
    return manifests;
}

}  // namespace

Router::Router(std::vector<Profile> profiles, ToolTable tools)
    : _tools(std::move(tools)), _everything(everything(), _tools) {
    for (auto& profile : profiles) {
        _offers.emplace_back(std::move(profile), _tools);
    }
}

const Offer* Router::find(std::string_view agentName, std::string_view rootName) const {
    const Offer* fallback = nullptr;
    for (const auto& offer : _offers) {
        if (offer.agent != agentName) {
            continue;
        }
        if (offer.root == rootName) {
            return &offer;
        }
        if (offer.root == defaultRoot) {
            fallback = &offer;
        }
    }
    return fallback;
}

base::Result<const Offer*> Router::profile(std::string_view agentName, std::string_view rootName) const {
    for (const std::string_view agent : {agentName, anyAgent}) {
        if (const Offer* found = find(agent, rootName)) {
            return found;
        }
    }
    std::string known;
    std::set<std::string_view> named;
    for (const auto& offer : _offers) {
        if (named.insert(offer.agent).second) {
            known += (known.empty() ? "" : ", ") + offer.agent;
        }
    }
    return base::Error(base::Code::notFound, "This device has no profile for agent " + inQuotes(agentName) +
                                                 "; configured: " + (known.empty() ? "none" : known));
}

base::Result<const Offer*> Router::offerFor(const Caller& caller) const {
    return caller.profile.empty() ? profile(caller.agent, caller.root) : named(caller.profile);
}

base::Result<const Offer*> Router::named(std::string_view profile) const {
    if (profile == everyNamespace) {
        return &_everything;
    }
    const auto found = std::ranges::find(_offers, profile, &Offer::name);
    if (found == _offers.end()) {
        return base::Error(base::Code::notFound, "This device has no profile " + inQuotes(profile));
    }
    return &*found;
}

base::Result<std::shared_ptr<const Tool>> Router::route(const Offer& offer, std::optional<std::string_view> toolType,
                                                        std::string_view toolName, std::string_view nameSpace) const {
    for (const std::string_view type : {actionType, dataCollectionType}) {
        if (toolType.value_or(type) != type) {
            continue;
        }
        if (auto tool = nameSpace.empty() ? offer.find(type, toolName) : offer.find(type, toolName, nameSpace)) {
            return tool;
        }
    }
    const std::string_view type = toolType.value_or(actionType);
    return base::Error(base::Code::notFound, "Tool " + inQuotes(std::string(type) + "::" + std::string(toolName)) +
                                                 " is not offered" + whyNotOffered(offer, type, toolName) +
                                                 plugins::didYouMean(type, toolName, manifestsOf(offer)));
}

/// Goes on from "is not offered".
std::string Router::whyNotOffered(const Offer& offer, std::string_view type, std::string_view name) const {
    const bool isType = type == actionType || type == dataCollectionType;
    const bool known = std::ranges::any_of(_tools.all(), [&](const auto& tool) { return tool->manifest.name == name; });
    if (isType && !known) {
        return ": no plugin at work on this device has it";
    }
    return offer.agent == anyAgent ? " to any agent without a profile of its own"
                                   : " to agent " + inQuotes(offer.agent);
}

std::vector<std::string> Router::capabilities() const {
    std::set<std::string> keys;
    for (const auto& offer : _offers) {
        for (const auto& tool : offer.tools()) {
            keys.insert(tool->manifest.key());
        }
    }
    return {keys.begin(), keys.end()};
}

}  // namespace aip::execution

#include "app/settings.h"

#include "app/setting_keys.h"
#include "app/setting_table.h"

namespace aip::app {
namespace {

bool differs(const Settings& these, const Settings& those, const std::string& key) {
    const auto one = these.rawValues.find(key);
    const auto other = those.rawValues.find(key);
    const bool inBoth = one != these.rawValues.end() && other != those.rawValues.end();
    return !inBoth || one->second != other->second;
}

}  // namespace

std::string Settings::originOf(const std::string& key) const {
    const auto found = origins.find(key);
    return found == origins.end() ? "" : found->second;
}

std::string Settings::originUnder(const std::string& key) const {
    const auto whole = origins.find(key);
    const auto first = whole != origins.end() ? whole : origins.lower_bound(key + ".");
    const bool found = first == whole || (first != origins.end() && first->first.starts_with(key + "."));
    return found && first != origins.end() ? first->second : "";
}

std::string Settings::originOfPlugin(const std::string& id) const {
    return originUnder(std::string(pluginFamily) + id);
}

Settings reloaded(const Settings& running, const Settings& next) {
    Settings merged = running;
    static_cast<ReloadableSettings&>(merged) = static_cast<const ReloadableSettings&>(next);
    return merged;
}

std::vector<std::string> keysForARestart(const Settings& running, const Settings& next) {
    std::set<std::string> changed;
    for (const auto* settings : {&running, &next}) {
        for (const auto& [key, text] : settings->rawValues) {
            if (scopeOf(key) == Scope::restart && differs(running, next, key)) {
                changed.insert(key);
            }
        }
    }
    return {changed.begin(), changed.end()};
}

}  // namespace aip::app

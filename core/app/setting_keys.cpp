#include "app/setting_keys.h"

#include "app/setting_table.h"
#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <vector>

namespace aip::app {
namespace {

constexpr std::array profileKeys{"agent", "root", "action", "data_collection"};

bool isProfileKey(const std::string& key) {
    return !memberOf(key, profileFamily).empty() &&
           std::find(profileKeys.begin(), profileKeys.end(), lastPart(key)) != profileKeys.end();
}

bool isMetadataKey(const std::string& key) {
    return key.starts_with(metadataFamily) && key.size() > metadataFamily.size();
}

}  // namespace

std::string lastPart(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

std::string memberOf(const std::string& key, std::string_view family) {
    if (!key.starts_with(family) || key.find('.', family.size()) == std::string::npos) {
        return {};
    }
    return key.substr(family.size(), key.rfind('.') - family.size());
}

bool isKnownKey(const std::string& key) {
    return findSetting(key) != nullptr || isProfileKey(key) || isMetadataKey(key) ||
           !memberOf(key, pluginFamily).empty();
}

std::string unknownKey(const std::string& key, bool proposed) {
    const std::string text = "unknown key '" + key + "'";
    if (!proposed) {
        return text;
    }
    std::vector<std::string> candidates;
    for (const auto& row : settingTable()) {
        candidates.emplace_back(row.key);
    }
    if (const auto profile = memberOf(key, profileFamily); !profile.empty()) {
        for (const auto* last : profileKeys) {
            candidates.push_back(std::string(profileFamily) + profile + "." + last);
        }
    }
    return text + base::didYouMean(key, candidates);
}

}  // namespace aip::app

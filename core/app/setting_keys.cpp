#include "app/setting_keys.h"

#include "app/named_keys.h"
#include "app/server_sections.h"
#include "app/setting_table.h"
#include "base/nearest.h"

#include <algorithm>
#include <vector>

namespace aip::app {
namespace {

/// A key of [profile.NAME] or [limits.PATTERN].
bool isKeyOf(std::string_view family, const std::string& key) {
    return !memberOf(key, family).empty() && isNamedKey(family, lastPart(key));
}

bool isMetadataKey(const std::string& key) {
    return key.starts_with(metadataFamily) && key.size() > metadataFamily.size();
}

/// Where the name of a list ends whose parts are numbered: "x.hosts.0.name" -> 7; npos: there is none.
std::size_t listBegin(const std::string& key) {
    const auto first = key.find('.');
    for (auto dot = key.find('.', first + 1); dot != std::string::npos; dot = key.find('.', dot + 1)) {
        const auto end = std::min(key.find('.', dot + 1), key.size());
        const std::string part = key.substr(dot + 1, end - dot - 1);
        if (!part.empty() && part.find_first_not_of("0123456789") == std::string::npos) {
            return dot - 1;
        }
    }
    return std::string::npos;
}

/// The name is right, the section is not.
std::string inAnotherSection(const std::string& key) {
    const std::string last = "." + lastPart(key);
    std::string found;
    for (const auto& row : settingTable()) {
        if (std::string_view(row.key).ends_with(last)) {
            found += (found.empty() ? "; did you mean '" : " or '") + std::string(row.key) + "'";
        }
    }
    return found.empty() ? found : found + "?";
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

PluginKey pluginKey(const std::string& key, const std::vector<std::string>& installed) {
    const std::string rest = key.substr(pluginFamily.size());
    std::size_t end = 0;
    for (const auto& id : installed) {
        end = rest.starts_with(id + ".") ? std::max(end, id.size()) : end;
    }
    if (end == 0) {
        end = rest.rfind('.', listBegin(rest));
    }
    return {rest.substr(0, end), rest.substr(end + 1)};
}

bool isKnownKey(const std::string& key) {
    const bool ofServer = !memberOf(key, serverFamily).empty() && isServerKey(lastPart(key));
    return ofServer || isKeyOf(limitFamily, key) || findSetting(key) != nullptr || isKeyOf(profileFamily, key) ||
           isMetadataKey(key) || !memberOf(key, pluginFamily).empty();
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
    for (const auto& row : namedKeys()) {
        if (const auto member = memberOf(key, row.family); !member.empty() && row.family != pluginFamily) {
            candidates.push_back(std::string(row.family) + member + "." + row.name);
        }
    }
    if (const auto server = memberOf(key, serverFamily); !server.empty()) {
        for (const auto& row : serverKeys()) {
            candidates.push_back(std::string(serverFamily) + server + "." + row.name);
        }
    }
    const auto elsewhere = inAnotherSection(key);
    return text + (elsewhere.empty() ? base::didYouMean(key, candidates) : elsewhere);
}

}  // namespace aip::app

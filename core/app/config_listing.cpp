#include "app/config_listing.h"

#include "admission/settings_json.h"
#include "app/effective_values.h"
#include "app/masking.h"
#include "app/plugin_folders.h"
#include "app/server_sections.h"
#include "app/setting_keys.h"
#include "app/setting_references.h"
#include "app/setting_table.h"
#include "base/setting_text.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>

namespace aip::app {
namespace {

constexpr const char* proxyKey = "connection.http_proxy";
constexpr int deepest = 10;  ///< of references that lead to references
constexpr int mostResolved = 100'000;
constexpr const char* betweenWords = " \t\"'`,;:=?&@{}[]()<>|$";
constexpr std::string_view environmentStart = "system.env.";
constexpr std::size_t shortestWord = 6;  ///< of a secret

bool isOurs(const std::string& name) {
    const auto* row = findSetting("plugins." + name);
    return name == "enabled" || name == "load" || name == "sha256" || (row != nullptr && row->scope() == Scope::plugin);
}

/// Which values are not shown.
class Secrets {
  public:
    explicit Secrets(const Settings* settings) {
        if (settings != nullptr) {
            for (const auto& folder : pluginFolders(*settings)) {
                _installed.push_back(folder.id);
                if (!folder.settingsSchema.empty()) {
                    _writeOnly[folder.id] = admission::writeOnlySettings(folder.settingsSchema);
                }
            }
        }
    }

    bool hold(const std::string& key) const {
        if (!memberOf(key, pluginFamily).empty()) {
            const auto [id, name] = pluginKey(key, _installed);
            const std::string whole = name.substr(0, name.find('.'));
            return !isOurs(name) && (base::isSecretName(name) || isSecretOf(id, whole));
        }
        if (!memberOf(key, serverFamily).empty()) {
            const auto* row = findServerKey(lastPart(key));
            return row != nullptr && row->secret;
        }
        return key == "server.token" || (key.starts_with(metadataFamily) && base::isSecretName(key));
    }

  private:
    bool isSecretOf(const std::string& plugin, const std::string& name) const {
        const auto known = _writeOnly.find(plugin);
        return known == _writeOnly.end() || known->second.contains(name);
    }

    std::vector<std::string> _installed;
    std::map<std::string, std::set<std::string>> _writeOnly;  ///< by the plugins whose manifest can be read
};

class Listing {
  public:
    Listing(EffectiveValues values, const Settings* settings)
        : _values(std::move(values)), _settings(settings), _secrets(settings) {}

    std::string text() {
        std::string lines;
        for (const auto& row : settingTable()) {
            const auto written = _values.find(row.key);
            lines += written == _values.end() ? byDefault(row) : line(row.key, written->second.origin);
        }
        for (const auto& [key, value] : _values) {
            lines += findSetting(key) == nullptr ? line(key, value.origin) : "";
        }
        return lines;
    }

    std::set<std::string> hidden() {
        for (const auto& [key, value] : _values) {
            _references.add(key, value.text);
        }
        std::set<std::string> all;
        for (const auto& [key, value] : _values) {
            const std::string visible = shown(key, deepest);
            if (visible.find(masked) == std::string::npos) {
                continue;
            }
            addHiddenWords(all, value.text, visible);
            if (const auto whole = _references.decode(value.text).one) {
                addHiddenWords(all, *whole, visible);
                all.insert(visible == masked ? *whole : std::string());
            }
        }
        all.erase(std::string());
        return all;
    }

  private:
    /// The words that are not seen, and what those hold that are references to the environment.
    void addHiddenWords(std::set<std::string>& all, const std::string& text, const std::string& visible) const {
        for (std::size_t at = 0; at < text.size();) {
            const auto begin = std::min(text.find_first_not_of(betweenWords, at), text.size());
            at = std::min(text.find_first_of(betweenWords, begin), text.size());
            const std::string word = text.substr(begin, at - begin);
            if (word.starts_with(environmentStart)) {
                const char* const held = std::getenv(word.substr(environmentStart.size()).c_str());
                all.insert(held == nullptr ? "" : held);
            } else if (word.size() >= shortestWord && !isKey(word) && visible.find(word) == std::string::npos) {
                all.insert(word);
            }
        }
    }

    bool isKey(const std::string& word) const { return _values.contains(word) || findSetting(word) != nullptr; }

    static std::string format(const std::string& key, const std::string& value, const std::string& origin) {
        return key + " = " + value + "  [" + origin + "]\n";
    }

    std::string line(const std::string& key, const std::string& origin) {
        return format(key, shown(key, deepest), origin);
    }

    std::string byDefault(const SettingRow& row) {
        if (row.key == std::string_view(proxyKey) && _settings != nullptr) {
            const auto& endpoint = _settings->session.endpoint;
            if (!endpoint.proxyUrl.empty()) {
                return format(proxyKey, withoutSecrets(endpoint.proxyUrl), endpoint.proxyOrigin.setting);
            }
        }
        return line(row.key, "default");
    }

    /// The value of a key, as it may be shown.
    std::string shown(const std::string& key, int depth) {
        const auto written = _values.find(key);
        const std::string text = written != _values.end() ? written->second.text : findSetting(key)->defaultValue;
        if (!text.empty() && _secrets.hold(key)) {
            return masked;
        }
        std::string value = resolved(text, depth);
        if (lastPart(key) == "args") {
            return withoutSecretArguments(value);
        }
        return key == proxyKey ? withoutSecrets(withoutUsers(std::move(value))) : withoutSecrets(value);
    }

    std::string resolved(const std::string& written, int depth) {
        std::string out;
        std::size_t at = 0;
        for (auto start = written.find("${"); start != std::string::npos; start = written.find("${", at)) {
            const auto end = written.find('}', start);
            if (end == std::string::npos) {
                break;
            }
            const std::string reference = written.substr(start, end + 1 - start);
            const bool literal = start > at && written[start - 1] == '$';
            out += written.substr(at, start - at) + (literal ? reference : target(reference, depth));
            at = end + 1;
        }
        return out + written.substr(at);
    }

    /// What a reference stands for; itself, if that is not to be shown or not known.
    std::string target(const std::string& reference, int depth) {
        const std::string name = reference.substr(2, reference.size() - 3);
        if (name.starts_with(environmentStart) || depth == 0 || _resolved == mostResolved) {
            return reference;
        }
        ++_resolved;
        if (_values.contains(name) || findSetting(name) != nullptr) {
            return shown(name, depth - 1);
        }
        const auto value = name.starts_with("system.") ? _references.decode(reference).one : reference;
        return value ? *value : reference;
    }

    const EffectiveValues _values;
    const Settings* _settings;
    const Secrets _secrets;
    SettingReferences _references;
    int _resolved = 0;  ///< references, which multiply where they lead to others
};

}  // namespace

std::string listConfiguration(const SettingsRequest& request, const Settings* settings) {
    auto configuration = loadConfiguration(request.paths);
    addDefinitions(configuration, request.definitions);
    Findings ignored;  // readSettings() finds them, too
    return Listing(effectiveValues(configuration, ignored), settings).text();
}

std::vector<std::string> hiddenTexts(const SettingsRequest& request, const Settings* settings) {
    auto configuration = loadConfiguration(request.paths);
    addDefinitions(configuration, request.definitions);
    Findings ignored;
    const auto hidden = Listing(effectiveValues(configuration, ignored), settings).hidden();
    return {hidden.begin(), hidden.end()};
}

}  // namespace aip::app

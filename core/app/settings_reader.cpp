#include "app/settings_reader.h"

#include "app/configuration_file.h"
#include "app/connection.h"
#include "app/own_files.h"
#include "app/plugin_trust.h"
#include "app/secret.h"
#include "app/setting_references.h"
#include "app/setting_table.h"
#include "app/setting_values.h"
#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::SettingText;

constexpr std::string_view metadataFamily = "device.metadata.";
constexpr std::array profileKeys{"agent", "root", "action", "data_collection"};

std::string lastPart(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}
std::string withoutLastPart(const std::string& key) {
    return key.substr(0, key.rfind('.'));
}

/// "plugin.", "shell.enabled" -> "shell"; empty if the key has no such three parts.
std::string memberOf(const std::string& key, std::string_view family) {
    if (!key.starts_with(family) || key.find('.', family.size()) == std::string::npos) {
        return {};
    }
    return withoutLastPart(key.substr(family.size()));
}

/// Reads what is written into Settings, and collects everything that is wrong with it.
class Reader {
  public:
    explicit Reader(const SettingsRequest& request) : _request(request) {}

    Result<Settings> read() {
        auto configuration = loadConfiguration(_request.paths);
        addDefinitions(configuration, _request.definitions);
        _faults = std::move(configuration.faults);
        _settings.configurationFiles = std::move(configuration.files);
        choose(configuration);
        for (const auto& [key, value] : _values) {
            take(value);
        }
        takeDefaults();
        takeSlots();
        takeProfiles();
        checkTogether();
        _settings.ownFiles = namedFiles(_settings);
        if (_faults.empty()) {
            resolveFiles();
        }
        if (_faults.empty()) {
            return std::move(_settings);
        }
        return allFaults();
    }

  private:
    void note(Result<void> done) {
        if (!done) {
            _faults.push_back(std::move(done).error());
        }
    }

    Error allFaults() const {
        std::string text;
        for (const auto& fault : _faults) {
            text += (text.empty() ? "" : "\n") + fault.text();
        }
        return {_faults.front().code(), text};
    }

    /// Of each key the last value. A key that does not exist is a fault wherever it stands.
    void choose(const Configuration& configuration) {
        for (const auto& value : configuration.values) {
            if (!known(value.key)) {
                _faults.push_back(unknown(value.key).within(value.origin));
                continue;
            }
            _values[value.key] = value;
            _settings.rawValues[value.key] = value.text;
            _references.add(value.key, value.text);
        }
    }

    void take(const WrittenValue& value) {
        if (_request.again && value.key == "server.token") {
            return;  // the environment does not have it any more
        }
        const auto text = _references.decode(value.text);
        const SettingRow* row = findSetting(value.key);
        auto done = row != nullptr ? row->apply(_settings, text) : takeFamily(value.key, text);
        if (!done) {
            _faults.push_back(std::move(done).error().within("key '" + value.key + "'").within(value.origin));
        }
    }

    void takeDefaults() {
        for (const auto& row : settingTable()) {
            if (_values.contains(row.key)) {
                continue;
            }
            if (auto done = row.apply(_settings, _references.decode(row.defaultValue)); !done) {
                _faults.push_back(std::move(done).error().within(std::string("default of ") + row.key));
            }
        }
    }

    void takeProfiles() {
        if (_profiles.empty()) {
            _profiles["all"] = {std::string(execution::anyAgent), std::string(execution::defaultRoot), {}, {}, true};
        }
        for (auto& [name, profile] : _profiles) {
            if (profile.agent.empty()) {
                note(Error(Code::invalid, "profile." + name + ".agent is missing"));
            }
            _settings.profiles.push_back(profile);
        }
    }

    void checkTogether() {
        auto& transfer = _settings.session.transfer;
        if (transfer.receive && transfer.inbox.empty()) {
            note(Error(Code::invalid, "transfer.receive = true needs a folder in transfer.inbox"));
        }
        transfer.chunkSize = std::min(transfer.chunkSize, _settings.channel.maxMessageSize);
        if (_request.needsServer && _settings.session.endpoint.url.empty() && !isFaulty("server.url")) {
            note(Error(Code::notFound,
                       "server.url is not set: the address of the Agent Server, e.g. wss://server.example/ws; give it "
                       "with --config=FILE or --define=server.url=URL"));
        }
    }

    /// Set to something that is already a fault.
    bool isFaulty(const std::string& key) const {
        const auto found = _values.find(key);
        return found != _values.end() && !found->second.text.empty() && !_faults.empty();
    }

    /// Tokens, keys and certificates.
    void resolveFiles() {
        if (!_request.again) {
            const auto token = _settings.rawValues.find("server.token");
            note(resolveToken(_settings, token == _settings.rawValues.end() ? std::string() : token->second));
            for (auto& fault : resolveConnection(_settings)) {
                _faults.push_back(std::move(fault));
            }
        }
        note(resolveTrust(_settings));
    }

    static bool known(const std::string& key) {
        const bool profile = !memberOf(key, "profile.").empty() &&
                             std::find(profileKeys.begin(), profileKeys.end(), lastPart(key)) != profileKeys.end();
        return profile || findSetting(key) != nullptr || !memberOf(key, "plugin.").empty() ||
               (key.starts_with(metadataFamily) && key.size() > metadataFamily.size());
    }

    static Error unknown(const std::string& key) {
        std::vector<std::string> candidates;
        for (const auto& row : settingTable()) {
            candidates.emplace_back(row.key);
        }
        if (const auto name = memberOf(key, "profile."); !name.empty()) {
            for (const auto* last : profileKeys) {
                candidates.push_back("profile." + name + "." + last);
            }
        }
        return {Code::notFound, "unknown key '" + key + "'" + base::didYouMean(key, candidates)};
    }

    Result<void> takeFamily(const std::string& key, const SettingText& value) {
        if (const auto name = memberOf(key, "profile."); !name.empty()) {
            return takeProfile(_profiles[name], lastPart(key), value);
        }
        if (const auto id = memberOf(key, "plugin."); !id.empty()) {
            return takePlugin(id, lastPart(key), value);
        }
        return values::text(_settings.customMetadata[key.substr(metadataFamily.size())], value);
    }

    static Result<void> takeProfile(execution::Profile& profile, const std::string& key, const SettingText& value) {
        if (key == "agent") {
            return values::identifier(profile.agent, value);
        }
        if (key == "root") {
            return values::identifier(profile.root, value);
        }
        return values::list(key == "action" ? profile.actions : profile.dataCollections, value);
    }

    /// What one plugin has of its own over what all have: known only when all keys are read.
    void takeSlots() {
        for (const auto& [id, values] : _slotValues) {
            auto& slot = _settings.slots[id] = _settings.slot;
            for (const auto& [row, value] : values) {
                static_cast<void>(row->apply(slot, value));  // tried before
            }
        }
    }

    Result<void> takePlugin(const std::string& id, const std::string& key, const SettingText& value) {
        auto& plugin = _settings.discovery.plugins[id];
        if (key == "enabled") {
            return values::boolean(plugin.enabled, value);
        }
        if (key == "load") {
            if (value.one && *value.one == "start") {
                _settings.startedAtOnce.insert(id);
            }
            return values::oneOf(value, {"lazy", "start"});
        }
        if (key == "sha256") {
            return value.one ? takePin(plugin, *value.one) : value.one.error();
        }
        if (const auto* row = findSetting("plugins." + key); row != nullptr && row->scope() == Scope::plugin) {
            _slotValues[id].emplace_back(row, value);
            plugins::SlotSettings scratch;
            return row->apply(scratch, value);
        }
        if (!value.one && !value.list) {
            return value.one.error();
        }
        plugin.values.insert_or_assign(key, value);  // checked against the plugin's manifest
        return {};
    }

    const SettingsRequest& _request;
    SettingReferences _references;
    Settings _settings;
    std::map<std::string, WrittenValue> _values;
    std::vector<Error> _faults;
    std::map<std::string, execution::Profile> _profiles;
    std::map<std::string, std::vector<std::pair<const SettingRow*, SettingText>>> _slotValues;
};

}  // namespace

Result<Settings> readSettings(const SettingsRequest& request) {
    return Reader(request).read();
}

}  // namespace aip::app

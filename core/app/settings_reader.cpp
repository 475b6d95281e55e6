#include "app/settings_reader.h"

#include "app/configuration_file.h"
#include "app/connection.h"
#include "app/plugin_trust.h"
#include "app/secret.h"
#include "app/setting_table.h"
#include "app/setting_values.h"
#include "base/nearest.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Util/LayeredConfiguration.h>
#include <Poco/Util/MapConfiguration.h>
#include <Poco/Util/SystemConfiguration.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::AutoPtr;
using Poco::Util::AbstractConfiguration;

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

/// Reads one set of keys after the other into Settings.
class Reader {
  public:
    /// `again`: for a process that has resolved its secrets.
    explicit Reader(bool again) : _again(again), _layers(new Poco::Util::LayeredConfiguration) {
        _layers->add(new Poco::Util::SystemConfiguration, 100, false);
    }

    Result<void> file(const std::string& name) {
        auto config = loadConfiguration(name);
        if (!config) {
            return config.error();
        }
        _layers->add(*config, 50, false);
        return keys(**config, name);
    }

    Result<void> commandLine(const std::vector<std::string>& definitions) {
        AutoPtr<Poco::Util::MapConfiguration> config(new Poco::Util::MapConfiguration);
        for (const auto& definition : definitions) {
            const auto equals = definition.find('=');
            const std::string key = definition.substr(0, equals);
            if (equals == std::string::npos || key.empty()) {
                return Error(Code::invalid, "command line: '" + key + "' is not of the form key=value");
            }
            if (key == "server.token") {
                return Error(Code::denied,
                             "command line: server.token would be seen by every user of this machine; "
                             "use server.token_file");
            }
            config->setString(key, definition.substr(equals + 1));
        }
        _layers->add(config, 10, false);
        return keys(*config, "command line");
    }

    Result<Settings> finish() {
        if (auto done = takeDefaults(); !done) {
            return done.error();
        }
        takeSlots();
        for (const auto step : {&Reader::takeProfiles, &Reader::checkTransfer, &Reader::resolveFiles}) {
            if (auto done = (this->*step)(); !done) {
                return done.error();
            }
        }
        return std::move(_settings);
    }

  private:
    Result<void> takeDefaults() {
        for (const auto& row : settingTable()) {
            if (_seen.contains(row.key)) {
                continue;
            }
            if (auto done = row.apply(_settings, _layers->expand(row.defaultValue)); !done) {
                return std::move(done).error().within(std::string("default of ") + row.key);
            }
        }
        return {};
    }

    Result<void> takeProfiles() {
        if (_profiles.empty()) {
            _profiles["linux"] = {"LinuxAgent", std::string(execution::defaultRoot), {"BashExecutor"}, {}};
        }
        for (auto& [name, profile] : _profiles) {
            if (profile.agent.empty()) {
                return Error(Code::invalid, "profile." + name + ".agent is missing");
            }
            _settings.profiles.push_back(profile);
        }
        return {};
    }

    Result<void> checkTransfer() {
        auto& transfer = _settings.session.transfer;
        if (transfer.receive && transfer.inbox.empty()) {
            return Error(Code::invalid, "transfer.receive = true needs a folder in transfer.inbox");
        }
        transfer.chunkSize = std::min(transfer.chunkSize, _settings.channel.maxMessageSize);
        return {};
    }

    /// Tokens, keys and certificates.
    Result<void> resolveFiles() {
        Result<void> resolved;
        if (!_again) {
            const auto token = _settings.rawValues.find("server.token");
            resolved = resolveToken(_settings, token == _settings.rawValues.end() ? std::string() : token->second);
            resolved = resolved ? resolveConnection(_settings) : resolved;
        }
        return resolved ? resolveTrust(_settings) : resolved;
    }

    Result<void> keys(const AbstractConfiguration& config, const std::string& where) {
        for (const auto& name : keysOf(config)) {
            auto done = known(name) ? take(name, config) : unknown(name);
            if (!done) {
                return std::move(done).error().within(where);
            }
        }
        return {};
    }

    static bool known(const std::string& key) {
        const bool profile = !memberOf(key, "profile.").empty() &&
                             std::find(profileKeys.begin(), profileKeys.end(), lastPart(key)) != profileKeys.end();
        return profile || findSetting(key) != nullptr || !memberOf(key, "plugin.").empty() ||
               (key.starts_with("device.metadata.") && key.size() > 16);
    }

    static Result<void> unknown(const std::string& key) {
        std::vector<std::string> candidates;
        for (const auto& row : settingTable()) {
            candidates.emplace_back(row.key);
        }
        if (const auto name = memberOf(key, "profile."); !name.empty()) {
            for (const auto* last : profileKeys) {
                candidates.push_back("profile." + name + "." + last);
            }
        }
        return Error(Code::notFound, "unknown key '" + key + "'" + base::didYouMean(key, candidates));
    }

    Result<void> take(const std::string& key, const AbstractConfiguration& config) {
        try {
            const std::string rawValue = config.getRawString(key);
            _settings.rawValues[key] = rawValue;
            const bool gone = _again && key == "server.token";  // the environment does not have it any more
            auto done = gone ? Result<void>() : apply(key, rawValue);
            return done ? Result<void>() : std::move(done).error().within("key '" + key + "'");
        } catch (const Poco::Exception&) {  // POCO lists names that it does not find
            return Error(Code::invalid, "key '" + key + "' cannot be read: its name is not one that a key may have");
        }
    }

    Result<void> apply(const std::string& key, const std::string& rawValue) {
        const auto value = expanded(key, rawValue);
        if (!value) {
            return value.error();
        }
        _seen.insert(key);
        const SettingRow* row = findSetting(key);
        return row != nullptr ? row->apply(_settings, *value) : takeFamily(key, *value);
    }

    Result<std::string> expanded(const std::string& key, const std::string& rawValue) const {
        try {
            std::string value = _layers->getString(key);
            if (value.find("${") == std::string::npos) {
                return value;
            }
            return Error(Code::notFound, rawValue + " is not set");
        } catch (const Poco::CircularReferenceException&) {
            return Error(Code::invalid, rawValue + " leads back to this key");
        } catch (const Poco::Exception&) {  // the name in it is not even one that a key could have
            return Error(Code::invalid, rawValue + " is not a valid reference");
        }
    }

    Result<void> takeFamily(const std::string& key, const std::string& value) {
        if (const auto name = memberOf(key, "profile."); !name.empty()) {
            takeProfile(_profiles[name], lastPart(key), value);
            return {};
        }
        if (const auto id = memberOf(key, "plugin."); !id.empty()) {
            return takePlugin(id, lastPart(key), value);
        }
        _settings.customMetadata[key.substr(std::string_view("device.metadata.").size())] = value;
        return {};
    }

    static void takeProfile(execution::Profile& profile, const std::string& key, const std::string& value) {
        if (key == "agent") {
            profile.agent = value;
        } else if (key == "root") {
            profile.root = value;
        } else {
            (key == "action" ? profile.actions : profile.dataCollections) = values::splitList(value);
        }
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

    Result<void> takePlugin(const std::string& id, const std::string& key, const std::string& value) {
        auto& plugin = _settings.registry.plugins[id];
        if (key == "enabled") {
            return values::boolean(plugin.enabled, value);
        }
        if (key == "load") {
            if (value == "start") {
                _settings.startedAtOnce.insert(id);
            }
            return values::oneOf(value, {"lazy", "start"});
        }
        if (key == "sha256") {
            return takePin(plugin, value);
        }
        if (const auto* row = findSetting("plugins." + key); row != nullptr && row->scope() == Scope::plugin) {
            _slotValues[id].emplace_back(row, value);
            plugins::SlotSettings scratch;
            return row->apply(scratch, value);
        }
        plugin.values[key] = value;  // checked against the plugin's manifest
        return {};
    }

    const bool _again;
    AutoPtr<Poco::Util::LayeredConfiguration> _layers;
    Settings _settings;
    std::set<std::string> _seen;
    std::map<std::string, execution::Profile> _profiles;
    std::map<std::string, std::vector<std::pair<const SettingRow*, std::string>>> _slotValues;
};

Result<Settings> read(bool again, const std::string& file, const std::vector<std::string>& overrides) {
    Reader reader(again);
    if (!file.empty()) {
        if (auto done = reader.file(file); !done) {
            return done.error();
        }
    }
    if (auto done = reader.commandLine(overrides); !done) {
        return done.error();
    }
    auto settings = reader.finish();
    if (settings && !file.empty()) {
        settings->configurationFiles = {std::filesystem::absolute(file).string()};
    }
    return settings;
}

}  // namespace

Result<Settings> readSettings(const std::string& file, const std::vector<std::string>& overrides) {
    return read(false, file, overrides);
}

Result<Settings> rereadSettings(const std::string& file, const std::vector<std::string>& overrides) {
    return read(true, file, overrides);
}

}  // namespace aip::app

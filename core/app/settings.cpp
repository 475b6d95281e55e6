#include "app/settings.h"

#include "app/connection.h"
#include "app/plugin_trust.h"
#include "app/secret.h"
#include "base/nearest.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Util/IniFileConfiguration.h>
#include <Poco/Util/LayeredConfiguration.h>
#include <Poco/Util/MapConfiguration.h>
#include <Poco/Util/SystemConfiguration.h>
#include <Poco/Util/XMLConfiguration.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::AutoPtr;
using Poco::Util::AbstractConfiguration;

/// What stands in [plugins] for all may stand in [plugin.ID] for one.
constexpr std::array slotKeys{"isolation", "memory_limit", "cpu_limit", "file_limit", "process_limit", "idle_timeout"};

/// What else of [plugins] says how slots are made.
constexpr std::array commonSlotKeys{"environment", "max_failures", "failure_window"};

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

void collectKeys(const AbstractConfiguration& config, const std::string& base, std::vector<std::string>& out) {
    AbstractConfiguration::Keys children;
    config.keys(base, children);
    if (children.empty() && !base.empty()) {
        out.push_back(base);
    }
    for (const auto& child : children) {
        std::string key = base;
        key += (base.empty() ? "" : ".") + child;
        if (child.empty()) {
            out.push_back(key);  // a value without a name: POCO would take the parent for its child
        } else {
            collectKeys(config, key, out);
        }
    }
}

Result<AutoPtr<AbstractConfiguration>> load(const std::string& file) {
    try {
        if (file.ends_with(".ini")) {
            return AutoPtr<AbstractConfiguration>(new Poco::Util::IniFileConfiguration(file));
        }
        if (file.ends_with(".xml")) {
            return AutoPtr<AbstractConfiguration>(new Poco::Util::XMLConfiguration(file));
        }
    } catch (const Poco::FileException&) {
        return Error(Code::notFound, file + ": cannot be opened");
    } catch (const Poco::Exception& failure) {
        return Error(Code::invalid, file + ": " + failure.displayText());
    }
    return Error(Code::invalid, file + ": a configuration file ends in .ini or .xml");
}

/// Reads one set of keys after the other into Settings.
class Reader {
  public:
    /// `again`: for a process that has resolved its secrets.
    explicit Reader(bool again) : _again(again), _layers(new Poco::Util::LayeredConfiguration) {
        _layers->add(new Poco::Util::SystemConfiguration, 100, false);
    }

    Result<void> file(const std::string& name) {
        auto config = load(name);
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
        for (const auto& row : settingTable()) {
            if (_seen.contains(row.key)) {
                continue;
            }
            if (auto done = row.apply(_settings, _layers->expand(row.defaultValue)); !done) {
                return std::move(done).error().within(std::string("default of ") + row.key);
            }
        }
        if (_profiles.empty()) {
            _profiles["linux"] = {"LinuxAgent", std::string(execution::defaultRoot), {"BashExecutor"}, {}};
        }
        for (auto& [name, profile] : _profiles) {
            if (profile.agent.empty()) {
                return Error(Code::invalid, "profile." + name + ".agent is missing");
            }
            _settings.profiles.push_back(profile);
        }
        takeSlots();
        auto& transfer = _settings.session.transfer;
        if (transfer.receive && transfer.inbox.empty()) {
            return Error(Code::invalid, "transfer.receive = true needs a folder in transfer.inbox");
        }
        transfer.chunkSize = std::min(transfer.chunkSize, _settings.channel.maxMessageSize);
        if (auto resolved = resolveSecrets(); !resolved) {
            return resolved.error();
        }
        return std::move(_settings);
    }

  private:
    Result<void> resolveSecrets() {
        Result<void> resolved;
        if (!_again) {
            const auto token = _settings.rawValues.find("server.token");
            resolved = resolveToken(_settings, token == _settings.rawValues.end() ? std::string() : token->second);
            resolved = resolved ? resolveConnection(_settings) : resolved;
        }
        return resolved ? resolveTrust(_settings) : resolved;
    }

    Result<void> keys(const AbstractConfiguration& config, const std::string& where) {
        std::vector<std::string> names;
        collectKeys(config, "", names);
        for (const auto& name : names) {
            auto done = known(name) ? take(name, config) : unknown(name);
            if (!done) {
                return std::move(done).error().within(where);
            }
        }
        return {};
    }

    static const SettingRow* rowOf(const std::string& key) {
        const auto table = settingTable();
        const auto row = std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.key == key; });
        return row == table.end() ? nullptr : &*row;
    }

    static bool known(const std::string& key) {
        const bool profile = !memberOf(key, "profile.").empty() &&
                             std::find(profileKeys.begin(), profileKeys.end(), lastPart(key)) != profileKeys.end();
        return profile || rowOf(key) != nullptr || !memberOf(key, "plugin.").empty() ||
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
        const SettingRow* row = rowOf(key);
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
            (key == "action" ? profile.actions : profile.dataCollections) = splitList(value);
        }
    }

    /// Keys in a section that say how slots are made, with their values.
    std::string mannerOf(const std::string& section, std::span<const char* const> keys) const {
        std::string manner;
        for (const std::string_view key : keys) {
            const auto found = _settings.rawValues.find(section + "." + std::string(key));
            if (found != _settings.rawValues.end()) {
                manner.append(key).append("=").append(found->second).append("\n");
            }
        }
        return manner;
    }

    /// What one plugin has of its own over what all have: known only when all keys are read.
    void takeSlots() {
        _settings.registry.manner = mannerOf("plugins", slotKeys) + mannerOf("plugins", commonSlotKeys);
        for (auto& [id, plugin] : _settings.registry.plugins) {
            plugin.manner = mannerOf("plugin." + id, slotKeys);
        }
        for (const auto& [id, values] : _slotValues) {
            Settings one;
            one.slot = _settings.slot;
            for (const auto& [row, value] : values) {
                static_cast<void>(row->apply(one, value));  // tried before
            }
            _settings.slots[id] = one.slot;
        }
    }

    Result<void> takePlugin(const std::string& id, const std::string& key, const std::string& value) {
        auto& plugin = _settings.registry.plugins[id];
        if (key == "enabled") {
            plugin.enabled = value == "true";
            return oneOf(value, {"true", "false"});
        }
        if (key == "load") {
            if (value == "start") {
                _settings.startedAtOnce.insert(id);
            }
            return oneOf(value, {"lazy", "start"});
        }
        if (key == "sha256") {
            return takePin(plugin, value);
        }
        if (std::ranges::find(slotKeys, key) != slotKeys.end()) {
            _slotValues[id].emplace_back(rowOf("plugins." + key), value);
            Settings scratch;
            return _slotValues[id].back().first->apply(scratch, value);
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

bool isReloadable(const std::string& key) {
    return key.starts_with("plugin.") || key.starts_with("profile.") ||
           (key.starts_with("plugins.") && key != "plugins.device_info_timeout");
}

}  // namespace

Result<Settings> readSettings(const std::string& file, const std::vector<std::string>& overrides) {
    return read(false, file, overrides);
}

Result<Settings> rereadSettings(const std::string& file, const std::vector<std::string>& overrides) {
    return read(true, file, overrides);
}

Settings reloaded(const Settings& running, const Settings& next) {
    Settings merged = running;
    merged.profiles = next.profiles;
    merged.registry = next.registry;
    merged.startedAtOnce = next.startedAtOnce;
    merged.pluginStartTimeout = next.pluginStartTimeout;
    merged.slot = next.slot;
    merged.slots = next.slots;
    return merged;
}

std::vector<std::string> keysForARestart(const Settings& running, const Settings& next) {
    std::set<std::string> changed;
    const auto compare = [&changed](const auto& these, const auto& those) {
        for (const auto& [key, text] : these) {
            const auto other = those.find(key);
            if (!isReloadable(key) && (other == those.end() || other->second != text)) {
                changed.insert(key);
            }
        }
    };
    compare(running.rawValues, next.rawValues);
    compare(next.rawValues, running.rawValues);
    return {changed.begin(), changed.end()};
}

}  // namespace aip::app

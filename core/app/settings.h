#pragma once

#include "base/error.h"
#include "execution/dispatcher.h"
#include "execution/profile.h"
#include "lifecycle/session.h"
#include "plugins/registry.h"
#include "plugins/slot_settings.h"
#include "transport/channel.h"
#include "transport/tls.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace aip::app {

struct LogSettings {
    std::string level;
    bool console = true;
    std::string file;             ///< empty: none
    std::size_t maxFileSize = 0;  ///< bytes, then the file is rotated
    std::size_t maxFiles = 0;     ///< rotated files that are kept
};

/// Everything that can be configured, read and checked.
struct Settings {
    transport::ChannelSettings channel;
    lifecycle::SessionSettings session;
    execution::DispatcherSettings dispatcher;
    std::vector<execution::Profile> profiles;
    plugins::RegistrySettings registry;  ///< no directories: those of the installation
    std::vector<std::filesystem::path> trustedKeyFiles;
    std::set<std::string> startedAtOnce;  ///< ids with load = start; the others start with their first call
    std::chrono::milliseconds pluginStartTimeout{};
    plugins::SlotSettings slot;                          ///< how plugins are run: isolation, limits
    std::map<std::string, plugins::SlotSettings> slots;  ///< by id: those that are run in another way
    std::chrono::milliseconds deviceInfoTimeout{};
    std::map<std::string, std::string> customMetadata;
    std::string tokenFile;
    transport::TlsSettings tls;
    std::string proxyCredentialsFile;
    LogSettings log;
    std::vector<std::string> configurationFiles;   ///< absolute paths of what was read
    std::map<std::string, std::string> rawValues;  ///< what was given, by key, before references are resolved
};

/// One row of the table of settings. Families ([plugin.ID], [profile.NAME], [device.metadata]) are not in it.
struct SettingRow {
    const char* key;
    const char* kind;          ///< "seconds", "size", "number", "boolean", "text", "list", "path", "reference"
    const char* defaultValue;  ///< as it would be written
    const char* meaning;       ///< one sentence
    /// Takes the value over; the error says what is wrong with it.
    base::Result<void> (*apply)(Settings& settings, const std::string& value);
};

std::span<const SettingRow> settingTable();

/// INVALID, naming the choices, if `value` is none of them.
base::Result<void> oneOf(const std::string& value, const std::vector<std::string>& choices);

/// The entries of a comma list, without the blanks around them.
std::vector<std::string> splitList(const std::string& text);

/// Key and value, in the order of the sample: the defaults and examples of the families.
const std::vector<std::pair<const char*, const char*>>& familyKeys();

/// Reads `file` (.ini or .xml), then `overrides` ("key=value" of the command line, which win). An empty file name means
/// defaults only. The first mistake is the result: it names the file, the key and, for an unknown one, the nearest.
/// The files with token, keys and certificates are read; a token from the environment is removed from there: call this
/// before any thread starts.
base::Result<Settings> readSettings(const std::string& file, const std::vector<std::string>& overrides);

/// The same once more, for a process that has started: files with secrets are not read, nor a token.
base::Result<Settings> rereadSettings(const std::string& file, const std::vector<std::string>& overrides);

/// `running` with what a process takes over while it runs: the plugins and the profiles of `next`.
Settings reloaded(const Settings& running, const Settings& next);

/// The keys that differ beyond that.
std::vector<std::string> keysForARestart(const Settings& running, const Settings& next);

/// A configuration with every setting, its meaning and its default.
std::string sampleIni();
std::string sampleXml();

}  // namespace aip::app

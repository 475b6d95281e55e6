#include "app/settings_reader.h"

#include "app/configuration_file.h"
#include "app/connection.h"
#include "app/contradictions.h"
#include "app/effective_values.h"
#include "app/idle_settings.h"
#include "app/installation_check.h"
#include "app/limit_sections.h"
#include "app/list_doubts.h"
#include "app/mcp_door.h"
#include "app/named_sections.h"
#include "app/own_files.h"
#include "app/plugin_folders.h"
#include "app/plugin_trust.h"
#include "app/proxy_environment.h"
#include "app/secret.h"
#include "app/server_connection.h"
#include "app/server_sections.h"
#include "app/setting_keys.h"
#include "app/setting_references.h"
#include "app/setting_table.h"
#include "app/setting_values.h"

#include <algorithm>
#include <string>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::SettingText;

constexpr const char* token = "server.token";

/// Reads what is written into Settings, and collects everything that is wrong with it.
class Reader {
  public:
    explicit Reader(const SettingsRequest& request) : _request(request) {}

    Result<Settings, Findings> read() {
        choose();
        _plugins = PluginSections(installed());
        applyWritten();
        if (givenUp()) {
            return std::move(_findings);
        }
        applyDefaults();
        _plugins.complete(_settings);
        _servers.complete(_settings, _findings);
        _settings.profiles = _profiles.profiles(_written, _findings);
        _settings.limits.rules = _limits.rules(_settings, _findings);
        checkTogether();
        _settings.ownFiles = namedFiles(_settings);
        resolveFiles();
        findWhatHasNoEffect();
        auto& chunk = _settings.session.transfer.chunkSize;
        chunk = std::min(chunk, _settings.channel.maxMessageSize);
        if (_findings.has(Severity::error)) {
            return std::move(_findings);
        }
        _settings.findings = std::move(_findings);
        return std::move(_settings);
    }

  private:
    /// An error whose text names the keys that it is about.
    void check(Result<void> done) {
        if (!done) {
            _findings.add({foundBy(done.error()), originIn(done.error().text()), "", done.error().text()});
        }
    }

    /// Most of these errors are about files.
    static Found foundBy(const Error& error) {
        const bool ofFile = error.text().find(": /") != std::string::npos;
        return ofFile ? foundInFile(error, Found::invalidValue) : Found::invalidValue;
    }

    /// Of the first written key that the text names.
    std::string originIn(const std::string& text) const {
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find_first_of(" :", at), text.size());
            if (const auto written = _written.find(text.substr(at, end - at)); written != _written.end()) {
                return written->second.origin;
            }
            at = end + 1;
        }
        return {};
    }

    bool givenUp() const { return _request.givenUp && _request.givenUp(); }

    void choose() {
        auto configuration = loadConfiguration(_request.paths);
        addDefinitions(configuration, _request.definitions);
        _findings = std::move(configuration.findings);
        _incomplete = _findings.has(Severity::error);
        _written = effectiveValues(configuration, _findings);
        _settings.configurationFiles = std::move(configuration.files);
        for (const auto& [key, value] : _written) {
            if (givenUp()) {
                return;
            }
            _settings.rawValues[key] = value.text;
            _settings.origins[key] = value.origin;
            _references.add(key, value.text);
        }
        for (const auto& row : settingTable()) {
            if (!_written.contains(row.key)) {
                _references.add(row.key, row.defaultValue);
            }
        }
    }

    /// The ids of the plugins in the directories that are written.
    std::vector<std::string> installed() {
        constexpr const char* directories = "plugins.directories";
        Settings settings;
        if (const auto written = _written.find(directories); written != _written.end()) {
            static_cast<void>(findSetting(directories)->apply(settings, _references.decode(written->second.text)));
        }
        return installedIds(settings);
    }

    void applyWritten() {
        for (const auto& [key, value] : _written) {
            if (givenUp()) {
                return;
            }
            if (_request.again && key == token) {
                continue;  // the environment does not have it any more
            }
            const auto text = _references.decode(value.text);
            const bool ofSample = value.text.empty() && value.origin.find(".xml:") != std::string::npos;
            if (text.list && text.list->empty() && !ofSample) {  // the sample in XML has an element for each key
                findEmptyList(key, value.origin, _findings);
            }
            const SettingRow* row = findSetting(key);
            if (const auto done = row != nullptr ? row->apply(_settings, text) : applyNamed(key, text); !done) {
                _findings.add({Found::invalidValue, value.origin, key, done.error().text()});
            }
        }
    }

    void applyDefaults() {
        for (const auto& row : settingTable()) {
            if (_written.contains(row.key)) {
                continue;
            }
            if (const auto done = row.apply(_settings, _references.decode(row.defaultValue)); !done) {
                _findings.add({Found::invalidValue, "default", row.key, done.error().text()});
            }
        }
    }

    /// A key of a section that the operator names.
    Result<void> applyNamed(const std::string& key, const SettingText& value) {
        if (!memberOf(key, profileFamily).empty()) {
            return _profiles.set(key, value);
        }
        if (!memberOf(key, pluginFamily).empty()) {
            return _plugins.set(_settings, key, value);
        }
        if (!memberOf(key, serverFamily).empty()) {
            return _servers.set(_settings, key, value);
        }
        if (!memberOf(key, limitFamily).empty()) {
            return _limits.set(key, value);
        }
        return values::text(_settings.customMetadata[key.substr(metadataFamily.size())], value);
    }

    void checkTogether() {
        const auto& transfer = _settings.session.transfer;
        if (transfer.receive && transfer.inbox.empty()) {
            check(Error(Code::invalid, "transfer.receive = true needs a folder in transfer.inbox"));
        }
        if (_request.needsServer && !_incomplete && _settings.session.endpoint.url.empty() &&
            !_findings.haveError("server.url")) {
            check(Error(Code::notFound,
                        "server.url is not set: the address of the Agent Server, e.g. wss://server.example/ws; give it "
                        "with --config=FILE or --define=server.url=URL; with --mcp there is no need for it"));
        }
    }

    void checkEach(std::vector<Error> faults) {
        for (auto& fault : faults) {
            check(std::move(fault));
        }
    }

    /// Tokens, keys and certificates.
    void resolveFiles() {
        if (!_request.again) {
            static_cast<void>(
                proxyEnvironment());  // now, as no other thread runs: a reload may be the first to need it
            const auto written = _written.find(token);
            check(resolveToken(_settings, written == _written.end()
                                              ? std::string()
                                              : SettingReferences::withoutQuotes(written->second.text)));
        }
        if (_incomplete) {
            tryFiles();
        } else {
            resolveAll();
        }
        checkEach(resolveServers(_settings));
    }

    /// What a line that cannot be read may hold is not missed.
    void tryFiles() {
        if (!_request.again && !_request.toolsOnly) {
            checkEach(renewed(_settings.session.endpoint, _settings).faults);
        }
    }

    void resolveAll() {
        if (!_request.again) {
            checkEach(_request.toolsOnly ? std::vector<Error>() : resolveConnection(_settings));
            _settings.mcpServer.only = _request.toolsOnly;
            checkEach(resolveMcpServer(_settings, !_request.toolsOnly));
        }
        checkEach(resolveTrust(_settings));
    }

    void findWhatHasNoEffect() {
        findContradictions(_settings, _request.again, _findings);
        findIdleSettings(_settings, _request.again, _findings);
        findListDoubts(_settings, _findings);
        if (!_findings.haveError("plugins.directories")) {
            checkInstallation(_request.toolsOnly ? withoutOutput(_settings) : _settings, _request.again, _findings);
        }
    }

    /// What an agent for a server would write.
    static Settings withoutOutput(Settings settings) {
        settings.log.file.clear();
        settings.session.transfer.receive = false;
        return settings;
    }

    const SettingsRequest& _request;
    SettingReferences _references;
    Settings _settings;
    EffectiveValues _written;
    Findings _findings;
    bool _incomplete = false;  ///< some of what is written could not be read: it may hold what is missed
    ProfileSections _profiles;
    PluginSections _plugins;
    ServerSections _servers;
    LimitSections _limits;
};

}  // namespace

Result<Settings, Findings> readSettings(const SettingsRequest& request) {
    return Reader(request).read();
}

}  // namespace aip::app

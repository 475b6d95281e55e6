#pragma once

#include "app/finding.h"
#include "audit/file_trail.h"
#include "execution/dispatcher.h"
#include "execution/limits.h"
#include "execution/profile.h"
#include "lifecycle/session.h"
#include "network/tls.h"
#include "plugins/discovery.h"
#include "plugins/slot_settings.h"
#include "transport/channel.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace aip::app {

enum class LogFormat {
    text,     ///< time, level, text
    json,     ///< an object in each line
    journal,  ///< on standard error the priority and the text: systemd's journal knows the time; in the file as text
};

struct LogSettings {
    std::string level;
    LogFormat format = LogFormat::text;
    bool console = true;
    std::string file;             ///< empty: none
    std::size_t maxFileSize = 0;  ///< bytes, then the file is rotated
    std::size_t maxFiles = 0;     ///< rotated files that are kept
    unsigned fileMode = 0640;     ///< of new ones, less what the umask takes away
};

/// The account of calls and events.
struct AuditSettings {
    bool enabled = true;
    std::string file;  ///< empty: below the state folder, see audit_trail.h
    std::size_t maxFileSize = 0;
    std::size_t maxFiles = 0;
    audit::Sync sync = audit::Sync::none;
    audit::Parameters parameters = audit::Parameters::cut;
    bool journal = false;  ///< a copy there
};

/// The door for MCP clients.
struct McpServerSettings {
    std::string listen;   ///< ADDRESS:PORT; empty: not over HTTP
    std::string profile;  ///< by its section's name; empty: everything
    std::string keyFile;
    std::string key;                 ///< what it holds
    std::vector<std::string> hosts;  ///< under which it is addressed, beside its address and localhost
    bool allowRemote = false;        ///< others than this machine may connect
    bool only = false;               ///< --mcp: nobody else is offered tools
};

/// The door for operators.
struct ControlSettings {
    std::string socket;  ///< empty: the usual place; "none": there is no door
    std::string group;   ///< whose members may use it; empty: nobody's
};

/// In PEM form; empty: none.
struct TlsFiles {
    std::string caFile;
    std::string certificateFile;
    std::string privateKeyFile;

    bool operator==(const TlsFiles&) const = default;
};

/// What is read at start and stays as it is until the next one.
struct FixedSettings {
    transport::ChannelSettings channel;
    lifecycle::SessionSettings session;
    execution::DispatcherSettings dispatcher;
    std::chrono::milliseconds deviceInfoTimeout{};
    std::map<std::string, std::string> customMetadata;
    std::string platform;  ///< empty: platformName()
    std::string tokenFile;
    TlsFiles tls;
    std::string proxyCredentialsFile;
    LogSettings log;
    AuditSettings audit;
    McpServerSettings mcpServer;
    ControlSettings control;
    std::string metricsListen;                    ///< ADDRESS:PORT of the loopback; empty: not over TCP
    bool readyWhenRegistered = false;             ///< for the service manager; otherwise when it has started
    std::vector<std::string> configurationFiles;  ///< absolute paths of what was read, and of its folders
};

/// What a reload replaces as a whole: the plugins, the profiles, the limits and the pins of the server.
struct ReloadableSettings {
    std::vector<std::string> serverKeys;  ///< as network::TlsMaterial::publicKeys
    std::vector<execution::Profile> profiles;
    execution::LimitSettings limits;
    plugins::DiscoverySettings discovery;  ///< no directories: those of the installation
    std::vector<std::filesystem::path> trustedKeyFiles;
    /// What the configuration names for the agent itself. After a reload that may be more than what is in use.
    std::vector<std::string> ownFiles;
    std::string stateDirectory;           ///< empty: as the system says, see state_directory.h
    std::vector<std::string> hostView;    ///< ids of plugins without namespaces and scope of signals
    std::set<std::string> startedAtOnce;  ///< ids with load = start; the others start with their first call
    std::chrono::milliseconds pluginStartTimeout{};
    plugins::SlotSettings slot;                          ///< how plugins are run: isolation, limits
    std::map<std::string, plugins::SlotSettings> slots;  ///< by id: those that are run in another way
};

/// Everything that can be configured, read and checked.
struct Settings : FixedSettings, ReloadableSettings {
    std::map<std::string, std::string> rawValues;  ///< what was written, by key, before references are resolved
    std::map<std::string, std::string> origins;    ///< where, by key: "agent.ini:7", "command line"
    Findings findings;                             ///< what is to be said about them; no errors

    /// Empty: the key is not written anywhere.
    std::string originOf(const std::string& key) const;

    /// The same of a key that may be written in parts: of the first of these.
    std::string originUnder(const std::string& key) const;

    /// Of a key of [plugin.ID]; empty: there is none.
    std::string originOfPlugin(const std::string& id) const;
};

/// `running` with the reloadable part of `next`.
Settings reloaded(const Settings& running, const Settings& next);

/// The keys that differ and that reloaded() does not take over, sorted.
std::vector<std::string> keysForARestart(const Settings& running, const Settings& next);

}  // namespace aip::app

#include "app/permission_check.h"

#include "admission/file_trust.h"
#include "app/audit_trail.h"
#include "app/control_door.h"
#include "app/platform.h"
#include "app/plugin_folders.h"
#include "app/setting_keys.h"
#include "app/state_directory.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

namespace fs = std::filesystem;

/// A file or folder that decides, and the key that names it.
struct Deciding {
    std::string key;
    fs::path path;
};

std::vector<Deciding> decidingFiles(const Settings& settings) {
    std::vector<Deciding> all{{"server.token_file", settings.tokenFile},
                              {"server.ca_file", settings.tls.caFile},
                              {"server.certificate_file", settings.tls.certificateFile},
                              {"server.private_key_file", settings.tls.privateKeyFile},
                              {"connection.http_proxy_credentials_file", settings.proxyCredentialsFile},
                              {"mcp_server.key_file", settings.mcpServer.keyFile},
                              {"audit.file", settings.audit.enabled ? auditFile(settings) : fs::path()},
                              {"control.socket", fs::path(controlSocket(settings)).parent_path()},
                              {"state.directory", stateDirectory(settings)},
                              {"", installedRunner()}};
    for (const auto& file : settings.configurationFiles) {
        all.push_back({"", file});
    }
    for (const auto& file : settings.trustedKeyFiles) {
        all.push_back({"plugins.trusted_keys", file});
    }
    for (const auto& folder : pluginDirectories(settings)) {
        all.push_back({"plugins.directories", folder});
    }
    for (const auto& [name, server] : settings.discovery.servers) {
        const auto add = [&all, section = std::string(serverFamily) + name](const char* key, const std::string& file) {
            all.push_back({section + key, file});
        };
        add(".headers_file", server.headersFile);
        add(".http_proxy_credentials_file", server.proxyCredentialsFile);
        add(".ca_file", server.spec.tls.caFile);
        add(".certificate_file", server.spec.tls.certificateFile);
        add(".private_key_file", server.spec.tls.privateKeyFile);
    }
    return all;
}

/// Why others may change it; OK if they may not, or if it is not there.
base::Result<void> checkDeciding(const fs::path& path) {
    std::error_code failed;
    const auto real = path.empty() ? path : fs::canonical(path, failed);
    return failed || real.empty() ? base::Result<void>() : admission::trustFolder(real);
}

}  // namespace

Findings checkPermissions(const Settings& settings) {
    Findings findings;
    std::set<std::string> told;
    for (const auto& [key, path] : decidingFiles(settings)) {
        const auto checked = checkDeciding(path);
        if (!checked && told.insert(checked.error().text()).second) {
            const std::string origin = settings.originOf(key);
            findings.add({Found::changeableByOthers, origin, origin.empty() ? "" : key,
                          path.string() + ": " + checked.error().text()});
        }
    }
    return findings;
}

}  // namespace aip::app

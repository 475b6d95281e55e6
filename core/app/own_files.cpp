#include "app/own_files.h"

#include "app/state_directory.h"
#include "base/json_text.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

/// The log and its older parts, whoever rotates it: "agent.1.log", "agent.log-20261128.gz".
std::string allLogs(const std::filesystem::path& log) {
    return (log.parent_path() / log.stem()).string() + "*";
}

/// What editors and package managers leave beside a file, as starts of paths: "token~", "token.bak", ".token.swp",
/// "#token#". In a folder that is denied as a whole there is nothing to add.
void addBackups(std::vector<std::string>& files) {
    const std::set<std::string> named(files.begin(), files.end());
    for (const auto& file : named) {
        const std::filesystem::path path(file);
        const std::string folder = path.parent_path() / "";
        if (file.ends_with('*') || named.contains(path.parent_path())) {
            continue;
        }
        for (const char* end : {"~", ".", "-", "_"}) {
            files.push_back(file + end + "*");
        }
        for (const char* start : {".", "#", ".#"}) {
            files.push_back(folder + start + path.filename().string() + "*");
        }
    }
}

/// Both: what stands before ".." may be a link, so that the text alone leads elsewhere.
std::vector<std::string> withoutLinks(std::vector<std::string> files) {
    const auto count = files.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::error_code failed;
        const auto real = std::filesystem::weakly_canonical(files[i], failed).string();
        if (!failed && real != files[i]) {
            files.push_back(real);
        }
    }
    return files;
}

}  // namespace

std::vector<std::string> namedFiles(const Settings& settings) {
    std::vector<std::string> files = settings.configurationFiles;
    files.insert(files.end(), {settings.tokenFile, settings.tls.privateKeyFile, settings.tls.certificateFile,
                               settings.tls.caFile, settings.proxyCredentialsFile, settings.mcpServer.keyFile});
    files.insert(files.end(), settings.trustedKeyFiles.begin(), settings.trustedKeyFiles.end());
    for (const auto& [name, server] : settings.discovery.servers) {
        const auto& tls = server.spec.tls;
        files.insert(files.end(), {server.headersFile, server.proxyCredentialsFile, tls.caFile, tls.certificateFile,
                                   tls.privateKeyFile});
    }
    if (!settings.log.file.empty()) {
        files.insert(files.end(), {settings.log.file, allLogs(settings.log.file)});
    }
    if (!settings.audit.file.empty()) {
        files.insert(files.end(), {settings.audit.file, allLogs(settings.audit.file)});
    }
    std::erase(files, "");
    for (auto& file : files) {
        file = std::filesystem::absolute(file).string();
    }
    files = withoutLinks(std::move(files));
    addBackups(files);
    return files;
}

std::string ownFiles(const Settings& settings) {
    const auto named = namedFiles(settings);
    std::set<std::string> files(named.begin(), named.end());
    files.insert(settings.ownFiles.begin(), settings.ownFiles.end());
    if (const auto state = stateDirectory(settings); !state.empty()) {
        const auto names = withoutLinks({(state / "plugins").string(), (state / "mcp").string(),
                                         (state / "audit").string(), (state / "log").string()});
        files.insert(names.begin(), names.end());
    }
    std::string json = "[";
    for (const auto& file : files) {
        json += (json.size() > 1 ? "," : "") + base::jsonString(file);
    }
    return json + "]";
}

}  // namespace aip::app

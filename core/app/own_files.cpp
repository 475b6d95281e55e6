#include "app/own_files.h"

#include "base/json_text.h"

#include <filesystem>
#include <set>
#include <vector>

namespace aip::app {
namespace {

/// The log, and the names that it is given when it is rotated: "agent.log", "agent.1.log".
std::vector<std::string> logFiles(const LogSettings& log) {
    const std::filesystem::path file(log.file);
    std::vector<std::string> files{log.file};
    for (std::size_t i = 1; i <= log.maxFiles; ++i) {
        const auto name = file.stem().string() + "." + std::to_string(i) + file.extension().string();
        files.push_back((file.parent_path() / name).string());
    }
    return files;
}

}  // namespace

std::vector<std::string> namedFiles(const Settings& settings) {
    std::vector<std::string> files = settings.configurationFiles;
    files.insert(files.end(), {settings.tokenFile, settings.tls.privateKeyFile, settings.tls.certificateFile,
                               settings.tls.caFile, settings.proxyCredentialsFile});
    files.insert(files.end(), settings.trustedKeyFiles.begin(), settings.trustedKeyFiles.end());
    if (!settings.log.file.empty()) {
        const auto logs = logFiles(settings.log);
        files.insert(files.end(), logs.begin(), logs.end());
    }
    std::erase(files, "");
    for (auto& file : files) {
        file = std::filesystem::absolute(file).string();
    }
    return files;
}

std::string ownFiles(const Settings& settings) {
    const auto named = namedFiles(settings);
    std::set<std::string> files(named.begin(), named.end());
    files.insert(settings.ownFiles.begin(), settings.ownFiles.end());
    std::string json = "[";
    for (const auto& file : files) {
        json += (json.size() > 1 ? "," : "") + base::jsonString(file);
    }
    return json + "]";
}

}  // namespace aip::app

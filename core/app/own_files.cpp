#include "app/own_files.h"

#include "base/json_text.h"

#include <filesystem>
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

std::string ownFiles(const Settings& settings) {
    std::vector<std::string> files = settings.configurationFiles;
    files.insert(files.end(), {settings.tokenFile, settings.tls.privateKeyFile, settings.tls.certificateFile,
                               settings.tls.caFile, settings.proxyCredentialsFile});
    files.insert(files.end(), settings.trustedKeyFiles.begin(), settings.trustedKeyFiles.end());
    if (!settings.log.file.empty()) {
        const auto logs = logFiles(settings.log);
        files.insert(files.end(), logs.begin(), logs.end());
    }
    std::string json = "[";
    for (const auto& file : files) {
        if (!file.empty()) {
            json += (json.size() > 1 ? "," : "") + base::jsonString(std::filesystem::absolute(file).string());
        }
    }
    return json + "]";
}

}  // namespace aip::app

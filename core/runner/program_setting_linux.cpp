#include "runner/program_setting_linux.h"

#include <aip/ext/host_settings.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::runner {
namespace {

constexpr int settingsNumber = 4;  ///< of the descriptor, in the program
constexpr const char* settingsPath = "/proc/self/fd/4";

/// In memory, so that no secret is left on a disk.
base::Descriptor settingsFile(const std::string& json) {
    base::Descriptor file(::memfd_create("aip-settings", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    const bool written =
        file && ::fchmod(file.get(), S_IRUSR | S_IWUSR) == 0 &&
        ::write(file.get(), json.data(), json.size()) == static_cast<ssize_t>(json.size()) &&
        ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
    return written ? std::move(file) : base::Descriptor();
}

/// This process has what the agent's settings allow a plugin to see.
std::vector<std::string> inherited() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        variables.emplace_back(*variable);
    }
    return variables;
}

/// "NAME=value" -> "NAME="
std::string_view nameIn(std::string_view variable) {
    return variable.substr(0, variable.find('=') + 1);
}

std::vector<std::string> environmentOf(const hosting::PluginSpec& spec) {
    std::vector<std::string> variables = inherited();
    variables.push_back(std::string("AIP_SETTINGS=") + settingsPath);
    variables.emplace_back("PYTHONDONTWRITEBYTECODE=1");  // nothing appears in the plugin's folder
    for (const auto& [variable, key] :
         {std::pair("AIP_PLUGIN_DIR=", AIP_HOST_PLUGIN_DIR), std::pair("AIP_STATE_DIR=", AIP_HOST_STATE_DIR)}) {
        if (const auto folder = spec.host.find(key); folder != spec.host.end()) {
            variables.push_back(variable + folder->second);
        }
    }
    return variables;
}

}  // namespace

base::Result<ProgramSetting> ProgramSetting::make(const hosting::PluginSpec& spec, base::Descriptor folder) {
    auto settings = settingsFile(spec.configJson);
    if (!settings) {
        return base::Error(base::Code::exhausted, std::string("no memory for its settings: ") + std::strerror(errno));
    }
    return ProgramSetting(std::move(folder), std::move(settings), environmentOf(spec));
}

ProgramSetting ProgramSetting::ofServer(const std::vector<std::string>& environment, base::Descriptor folder) {
    std::vector<std::string> variables = inherited();
    for (const auto& own : environment) {
        std::erase_if(variables, [&](const std::string& each) { return nameIn(each) == nameIn(own); });
        variables.push_back(own);
    }
    return {std::move(folder), base::Descriptor(), std::move(variables)};
}

std::string ProgramSetting::variable(std::string_view name) const {
    for (const auto& each : _environment) {
        if (nameIn(each) == std::string(name) + "=") {
            return each.substr(name.size() + 1);
        }
    }
    return {};
}

Supervised::Launch ProgramSetting::launch(const std::vector<std::string>& command) const {
    Supervised::Launch launch{command, _environment, _folder.get(), {-1, -1, -1, -1, -1}};
    launch.descriptors[settingsNumber] = _settings.get();
    return launch;
}

}  // namespace aip::runner

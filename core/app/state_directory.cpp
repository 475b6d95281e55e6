#include "app/state_directory.h"

#include "app/platform.h"

#include <cstdlib>

namespace aip::app {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path defaultStateDirectory(const Environment& environment, bool root) {
    const auto absolute = [&environment](const char* name) {
        const std::string value = environment(name);
        const std::filesystem::path first = value.substr(0, value.find(':'));
        return first.is_absolute() ? first : std::filesystem::path();
    };
    if (const auto given = absolute("STATE_DIRECTORY"); !given.empty()) {
        return given;
    }
    if (const auto home = absolute("XDG_STATE_HOME"); !home.empty()) {
        return home / "aip-agent";
    }
    if (root) {
        return "/var/lib/aip-agent";
    }
    const auto home = absolute("HOME");
    return home.empty() ? home : home / ".local" / "state" / "aip-agent";
}

std::filesystem::path stateDirectory(const Settings& settings) {
    return settings.stateDirectory.empty() ? defaultStateDirectory(variable, hasAllRights())
                                           : std::filesystem::path(settings.stateDirectory);
}

}  // namespace aip::app

#include "app/state_directory.h"

#include "app/platform.h"

#include <cstdlib>
#include <system_error>

namespace aip::app {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

void makeFolder(const std::filesystem::path& folder, std::filesystem::perms mode) {
    std::error_code failed;
    if (std::filesystem::create_directory(folder, failed)) {
        std::filesystem::permissions(folder, mode, failed);
    }
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

void makeStatePlace(const std::filesystem::path& folder) {
    using std::filesystem::perms;
    std::error_code failed;
    std::filesystem::create_directories(folder.parent_path().parent_path(), failed);
    makeFolder(folder.parent_path(), perms::owner_all | perms::group_exec | perms::others_exec);
    makeFolder(folder, perms::owner_all);
}

}  // namespace aip::app

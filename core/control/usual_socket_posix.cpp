#include "control/usual_socket.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace aip::control {
namespace {

constexpr auto socketName = "control.sock";
constexpr auto systemFolder = "/run/aip-agent";

std::string absoluteVariable(const char* name) {
    const char* const value = std::getenv(name);
    const std::string text = value == nullptr ? "" : value;
    return text.starts_with('/') ? text.substr(0, text.find(':')) : "";
}

}  // namespace

std::vector<std::string> usualSockets() {
    std::vector<std::string> places;
    if (const auto folder = absoluteVariable("RUNTIME_DIRECTORY"); !folder.empty()) {
        places.push_back(folder + "/" + socketName);
    }
    if (const auto folder = absoluteVariable("XDG_RUNTIME_DIR"); !folder.empty()) {
        places.push_back(folder + "/aip-agent/" + socketName);
    }
    places.push_back(std::string(systemFolder) + "/" + socketName);
    return places;
}

std::string usualSocket() {
    const auto places = usualSockets();
    std::error_code absent;
    const bool systems = ::geteuid() == 0 && std::filesystem::is_directory(systemFolder, absent);
    return places.size() > 1 || systems ? places.front() : "";
}

}  // namespace aip::control

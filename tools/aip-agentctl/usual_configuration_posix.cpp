#include "usual_configuration.h"

#include <cstdlib>

#include <unistd.h>

namespace aip::agentctl {
namespace {

constexpr auto fileName = "/aip-agent/aip-agent.ini";

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

std::vector<std::string> configurationPlaces(bool isRoot, std::string_view configHome, std::string_view home) {
    std::vector<std::string> places;
    if (!isRoot && configHome.starts_with('/')) {
        places.push_back(std::string(configHome) + fileName);
    } else if (!isRoot && home.starts_with('/')) {
        places.push_back(std::string(home) + "/.config" + fileName);
    }
    places.push_back(std::string("/etc") + fileName);
    return places;
}

std::vector<std::string> usualConfigurations() {
    return configurationPlaces(::geteuid() == 0, variable("XDG_CONFIG_HOME"), variable("HOME"));
}

}  // namespace aip::agentctl

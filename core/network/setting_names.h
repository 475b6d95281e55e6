#pragma once

#include <string>

namespace aip::network {

/// What error texts name: the section whose keys say how a server is reached.
struct SettingNames {
    std::string section = "server";
    std::string plainScheme = "ws";  ///< without TLS

    std::string key(const std::string& name) const { return section + "." + name; }

    bool operator==(const SettingNames&) const = default;
};

}  // namespace aip::network

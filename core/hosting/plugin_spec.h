#pragma once

#include "base/error.h"
#include "hosting/host_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::hosting {

/// What a process must know of a plugin to host it: the promises of the manifest, and the configuration for start().
struct PluginSpec {
    struct Tool {
        std::string nameSpace;
        std::string type;  ///< "action" or "data_collection"
        std::string name;

        bool operator==(const Tool&) const = default;
    };

    std::string id;
    std::string version;
    std::string configJson;               ///< what start() of the plugin gets
    std::vector<std::string> extensions;  ///< "aip.command-executor/1", ...
    std::vector<Tool> tools;
    HostSettings host;  ///< what the plugin may know of the agent

    bool promises(std::string_view extension) const;

    bool operator==(const PluginSpec&) const = default;
};

/// For another process on this machine.
std::string encode(const PluginSpec& spec);
/// INVALID unless encode() of the result gives the same bytes.
base::Result<PluginSpec> decodePluginSpec(std::string_view text);

}  // namespace aip::hosting

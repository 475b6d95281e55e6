#pragma once

#include "base/error.h"
#include "hosting/host_settings.h"
#include "hosting/server_spec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aip::hosting {

/// The plugin is a library. Its descriptor comes with the description.
struct LibrarySpec {
    std::string file;  ///< its name in the plugin's folder, for people

    bool operator==(const LibrarySpec&) const = default;
};

/// The plugin is a program. The descriptor of its folder comes with the description.
struct ProgramSpec {
    /// See sdk/PROGRAMS.md.
    enum class Protocol : std::uint8_t {
        exec,   ///< one process for each call
        stdio,  ///< one process for all calls, which speaks MCP over its standard input and output
    };
    struct File {
        std::string name;    ///< below the folder: "tool.py", "lib/words.txt"
        std::string sha256;  ///< lower-case hex

        bool operator==(const File&) const = default;
    };

    Protocol protocol = Protocol::exec;
    std::vector<std::string> command;  ///< never empty; "./NAME" is below the folder
    std::vector<File> files;

    /// Whether the folder holds the program itself. Otherwise it is found in PATH, or has an absolute path.
    bool isInFolder() const { return command.front().starts_with("./"); }

    bool operator==(const ProgramSpec&) const = default;
};

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
    HostSettings host;                                          ///< what the plugin may know of the agent
    std::variant<LibrarySpec, ProgramSpec, ServerSpec> code{};  ///< a server's descriptor is that of its folder

    bool promises(std::string_view extension) const;

    bool operator==(const PluginSpec&) const = default;
};

/// For another process on this machine.
std::string encode(const PluginSpec& spec);
/// INVALID unless encode() of the result gives the same bytes.
base::Result<PluginSpec> decodePluginSpec(std::string_view text);

}  // namespace aip::hosting

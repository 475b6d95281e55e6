#pragma once

#include "base/error.h"
#include "hosting/plugin_spec.h"
#include "schema/program_pool.h"
#include "schema/schema.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace aip::admission {

/// A tool as the manifest promises it. JSON members are kept as text.
struct ToolManifest {
    std::string name;
    std::string type;       ///< "action" or "data_collection"
    std::string nameSpace;  ///< by which profiles name it, e.g. "BashExecutor"
    std::string title;      ///< may be empty: null on the wire
    std::string description;
    std::string inputSchema;   ///< JSON Schema, an object
    std::string outputSchema;  ///< JSON Schema or "null"
    std::string meta;          ///< any JSON or "null"
    std::string annotations;   ///< any JSON or "null"
    std::optional<std::chrono::seconds> timeout;
    std::optional<schema::Schema> parameters;  ///< `inputSchema`, compiled

    /// "action::execute_command"
    std::string key() const { return type + "::" + name; }

    /// All but what is compiled from it.
    auto told() const {
        return std::tie(name, type, nameSpace, title, description, inputSchema, outputSchema, meta, annotations,
                        timeout);
    }
    bool operator==(const ToolManifest& other) const { return told() == other.told(); }
};

/// plugin.json: the only source of what a plugin can do. Its form is sdk/schema/plugin.schema.json. That of an MCP
/// server is made from the configuration instead.
struct Manifest {
    std::string id;
    std::string version;
    std::string description;
    std::string library;   ///< file name beside plugin.json; empty for a program
    std::string platform;  ///< "linux-x86_64"; empty: any
    std::string sha256;    ///< of the library, lower-case hex; of a program: of plugin.json, which names its files
    std::uint32_t abiMajor = 0;
    std::uint32_t abiMinor = 0;
    std::uint32_t abiMinorRequired = 0;
    std::optional<hosting::ProgramSpec> program;
    std::optional<hosting::ServerSpec> server{};
    std::vector<std::string> extensions;  ///< "aip.command-executor/1", ...
    std::uint32_t concurrency = 1;        ///< calls at once
    std::string settingsSchema;           ///< JSON Schema of [plugin.ID], "null" if it has none
    std::vector<ToolManifest> tools;
    std::vector<std::string> leftOut;  ///< a line for each tool with a schema that cannot be used

    bool promises(std::string_view extension) const;
    bool listsTools() const;  ///< it has tools that only its process knows (aip.dynamic-tools/1)
    /// Neither a program nor a server.
    bool isLibrary() const { return !program && !server; }
    /// "library", "program (exec)", "program (stdio)", "MCP server (stdio)", "MCP server (http)".
    std::string_view kind() const;

    bool operator==(const Manifest&) const = default;
};

/// What the schemas of this process may hold together for as long as anything holds them, as a call does: those of
/// manifests, which an operator has installed, 256 MiB, and those of lists at run time, which must not stand in their
/// way, 512 MiB.
const std::shared_ptr<schema::ProgramPool>& schemasOfManifests();
const std::shared_ptr<schema::ProgramPool>& schemasOfLists();

/// Reads a manifest from its text, at most 4 MiB. Strict: what does not follow the grammar is an error that names the
/// place ("'tools[2].name' is a required property"). A tool with a schema that cannot be compiled, or that
/// `pool` has no room for, is left out; all schemas of a manifest share one schema::Allowance. Never loads code,
/// touches no file.
base::Result<Manifest> parseManifest(std::string_view json,
                                     const std::shared_ptr<schema::ProgramPool>& pool = schemasOfManifests());

/// Tools that were listed at run time.
struct ListedTools {
    std::vector<ToolManifest> tools;
    std::vector<std::string> leftOut;  ///< one line for each tool that breaks a rule of the manifest, or has no room
};

/// Reads a JSON array of tools, each as in a manifest; their schemas share one schema::Allowance. INVALID if it is not
/// an array, or too long. May take some milliseconds for each schema. `checkedAgain`: the server behind the tools
/// checks what they get, too, so a pattern that cannot be searched for in linear time is left to it; the tool's meta
/// names it under "aip/unchecked".
base::Result<ListedTools> parseTools(std::string_view json, bool checkedAgain = false,
                                     const std::shared_ptr<schema::ProgramPool>& pool = schemasOfLists());

}  // namespace aip::admission

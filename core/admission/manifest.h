#pragma once

#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

    /// "action::execute_command"
    std::string key() const { return type + "::" + name; }

    bool operator==(const ToolManifest&) const = default;
};

/// plugin.json: the only source of what a plugin can do. Its form is sdk/schema/plugin.schema.json.
struct Manifest {
    std::string id;
    std::string version;
    std::string description;
    std::string library;   ///< file name beside plugin.json
    std::string platform;  ///< "linux-x86_64"
    std::string sha256;    ///< of the library, lower-case hex
    std::uint32_t abiMajor = 0;
    std::uint32_t abiMinor = 0;
    std::uint32_t abiMinorRequired = 0;
    std::vector<std::string> extensions;  ///< "aip.command-executor/1", ...
    std::uint32_t concurrency = 1;        ///< calls at once
    std::string settingsSchema;           ///< JSON Schema of [plugin.ID], "null" if it has none
    std::vector<ToolManifest> tools;

    bool promises(std::string_view extension) const;

    bool operator==(const Manifest&) const = default;
};

/// Reads a manifest from its text. Strict: unknown members, wrong types and missing ones are errors that name the
/// place ("tools[2].input_schema: ..."). Never loads code, touches no file.
base::Result<Manifest> parseManifest(std::string_view json);

/// Tools that were listed at run time.
struct ListedTools {
    std::vector<ToolManifest> tools;
    std::vector<std::string> leftOut;  ///< one line for each tool that breaks a rule of the manifest
};

/// Reads a JSON array of tools, each as in a manifest. INVALID if it is not an array, or too long.
base::Result<ListedTools> parseTools(std::string_view json);

}  // namespace aip::admission

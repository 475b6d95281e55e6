#include "manifest.h"

#include "admission/exports.h"
#include "admission/gate.h"
#include "admission/manifest.h"
#include "base/json_text.h"
#include "base/sha256.h"
#include "declared.h"
#include "describe.h"
#include "plugin_file.h"

#include <aip/abi.h>
#include <aip/ext/command_executor.h>

#include <simdjson.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds describeLimit{60};

/// The hash of a library that exports the entry.
base::Result<std::string> hashOf(const fs::path& library) {
    const auto image = admission::FileImage::open(library);
    if (!image) {
        return image.error();
    }
    const auto exports = admission::exportedSymbols(image->bytes());
    if (!exports) {
        return exports.error();
    }
    if (const auto entry = entryIn(*exports); !entry) {
        return entry.error();
    }
    return base::sha256Of(image->bytes());
}

/// A JSON object to which members are added at its end.
class Members {
  public:
    static base::Result<Members> parse(const std::string& json) {
        Members out;
        if (const auto error = out._parser->parse(json).get(out._object)) {
            return base::Error(base::Code::invalid,
                               std::string("not a JSON object: ") + simdjson::error_message(error));
        }
        return out;
    }

    bool has(std::string_view name) const { return !_object[name].error(); }
    std::string get(std::string_view name) const { return simdjson::minify(_object[name].value()); }

    /// Nothing if there is a member of that name.
    void add(std::string_view name, const std::string& json) {
        if (!has(name)) {
            _added += "," + base::jsonString(name) + ":" + json;
        }
    }

    /// One line.
    std::string text() const {
        auto text = simdjson::minify(_object);
        text.pop_back();
        return text + (_object.size() == 0 && !_added.empty() ? _added.substr(1) : _added) + "}\n";
    }

  private:
    std::unique_ptr<simdjson::dom::parser> _parser = std::make_unique<simdjson::dom::parser>();
    simdjson::dom::object _object;
    std::string _added;
};

/// What an author need not write a second time, because the library's entry says it.
base::Result<void> addEntry(Members& manifest, const fs::path& library) {
    constexpr std::string_view names[] = {"id", "version", "abi"};
    if (std::ranges::all_of(names, [&](std::string_view name) { return manifest.has(name); })) {
        return {};
    }
    const auto entry = describeEntry(library, describeLimit);
    const auto said = entry ? Members::parse(*entry) : entry.error();
    if (!said) {
        return said.error();
    }
    for (const auto name : names) {
        if (manifest.has(name) && manifest.get(name) != said->get(name)) {
            return base::Error(base::Code::invalid, "its " + std::string(name) + " is " + manifest.get(name) +
                                                        " in the file, and " + said->get(name) +
                                                        " in the library: leave it out of the file");
        }
        manifest.add(name, said->get(name));
    }
    return {};
}

base::Result<void> complete(Members& manifest, const fs::path& library, const std::string& hash) {
    if (auto added = addEntry(manifest, library); !added) {
        return added;
    }
    manifest.add("schema_version", "1");
    manifest.add("platform", base::jsonString(admission::hostPlatform()));
    manifest.add("extensions", "[" + base::jsonString(AIP_EXT_COMMAND_EXECUTOR) + "]");
    manifest.add("tools", "[]");
    manifest.add("library", base::jsonString(library.filename().string()));
    manifest.add("sha256", base::jsonString(hash));
    return {};
}

base::Result<std::string> descriptionOf(const fs::path& library, const std::optional<fs::path>& from) {
    if (from) {
        return readFile(*from);
    }
    auto described = describeLibrary(library, describeLimit);
    if (!described) {
        return std::move(described).error();
    }
    for (const auto& line : described->warnings) {
        std::cerr << "warning: " << line << '\n';
    }
    return std::move(described->manifest);
}

/// A hint that nobody knows is a mistake; so is a default that its own schema does not take.
base::Result<void> checkDeclared(const admission::Manifest& manifest) {
    if (const auto lines = wrongDefaults(manifest.settingsSchema); !lines.empty()) {
        return base::Error(base::Code::invalid, "settings: " + lines.front());
    }
    for (const auto& tool : manifest.tools) {
        for (const auto& lines : {wrongAnnotations(tool.annotations), wrongDefaults(tool.inputSchema)}) {
            if (!lines.empty()) {
                return base::Error(base::Code::invalid, "tool '" + tool.name + "': " + lines.front());
            }
        }
    }
    return {};
}

/// A word that JSON Schema does not know is most often one that is misspelt.
void warnOfKeywords(const admission::Manifest& manifest) {
    for (const auto& tool : manifest.tools) {
        for (const auto& warning : tool.parameters->warnings()) {
            std::cerr << "warning: tool " << tool.name << ": " << warning << '\n';
        }
    }
}

}  // namespace

base::Result<std::string> makeManifest(const fs::path& library, const std::optional<fs::path>& from) {
    const auto hash = hashOf(library);
    if (!hash) {
        return hash.error();
    }
    const auto description = descriptionOf(library, from);
    if (!description) {
        return description.error();
    }
    auto members = Members::parse(*description);
    if (!members) {
        return std::move(members).error().within("its manifest");
    }
    if (auto completed = complete(*members, library, *hash); !completed) {
        return std::move(completed).error();
    }
    const std::string text = members->text();
    if (auto manifest = admission::parseManifest(text); !manifest) {
        return std::move(manifest).error().within("its manifest");
    } else if (!manifest->leftOut.empty()) {
        return base::Error(base::Code::invalid, manifest->leftOut.front()).within("its manifest");
    } else if (auto declared = checkDeclared(*manifest); !declared) {
        return std::move(declared).error().within("its manifest");
    } else {
        warnOfKeywords(*manifest);
    }
    return text;
}

}  // namespace aip::tool

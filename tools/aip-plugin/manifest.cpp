#include "manifest.h"

#include "admission/exports.h"
#include "admission/manifest.h"
#include "admission/sha256.h"
#include "base/json_text.h"
#include "describe.h"
#include "plugin_file.h"

#include <aip/abi.h>

#include <simdjson.h>

#include <iostream>

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
    if (!admission::findExport(*exports, AIP_ENTRY_SYMBOL)) {
        return base::Error(base::Code::invalid, "does not export " AIP_ENTRY_SYMBOL);
    }
    return admission::sha256Of(image->bytes());
}

/// `description` as one line, with `members` added at its end.
base::Result<std::string> withMembers(const std::string& description, const std::string& members) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (const auto error = parser.parse(description).get(object)) {
        return base::Error(base::Code::invalid, std::string("not a JSON object: ") + simdjson::error_message(error));
    }
    auto text = simdjson::minify(object);
    text.pop_back();
    return text + (object.size() == 0 ? "" : ",") + members + "}\n";
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
    auto description = from ? readFile(*from) : describeLibrary(library, describeLimit);
    if (!description) {
        return std::move(description).error();
    }
    auto text = withMembers(*description, "\"library\":" + base::jsonString(library.filename().string()) +
                                              ",\"sha256\":" + base::jsonString(*hash));
    if (!text) {
        return std::move(text).error().within("its manifest");
    }
    if (auto manifest = admission::parseManifest(*text); !manifest) {
        return std::move(manifest).error().within("its manifest");
    } else if (!manifest->leftOut.empty()) {
        return base::Error(base::Code::invalid, manifest->leftOut.front()).within("its manifest");
    } else {
        warnOfKeywords(*manifest);
    }
    return text;
}

}  // namespace aip::tool

#include "hosting/described_tools.h"

#include "base/json_parser.h"
#include "base/json_text.h"
#include "hosting/abi_text.h"

#include <aip/ext/manifest.h>

#include <set>
#include <string>

namespace aip::hosting {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Keys = std::set<std::string>;

/// A longer description is refused.
constexpr std::size_t maxDescription = 16U << 20U;

std::string key(std::string_view nameSpace, std::string_view type, std::string_view name) {
    return std::string(nameSpace) + "/" + std::string(type) + "::" + std::string(name);
}

Result<std::string> description(aip_plugin& plugin, const aip_manifest& extension) {
    std::string json;
    const auto append = [](void* sink, aip_text piece) {
        auto& out = *static_cast<std::string*>(sink);
        out.append(view(piece).substr(0, maxDescription - out.size()));
    };
    const aip_status status = extension.describe(&plugin, append, &json);
    if (status != AIP_OK) {
        return Error(Code::invalid, "describe() failed with " + base::codeName(static_cast<Code>(status)));
    }
    return json;
}

Result<Keys> keysIn(const std::string& json) {
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, json, base::Padding::none);
    if (!root) {
        return root.error();
    }
    Keys keys;
    simdjson::dom::array tools;
    if ((*root)["tools"].get(tools) != simdjson::SUCCESS) {
        return Error(Code::invalid, "it describes no tools");
    }
    for (const auto tool : tools) {
        std::string_view nameSpace;
        std::string_view type;
        std::string_view name;
        if (tool["namespace"].get(nameSpace) != simdjson::SUCCESS || tool["type"].get(type) != simdjson::SUCCESS ||
            tool["name"].get(name) != simdjson::SUCCESS) {
            return Error(Code::invalid, "it describes a tool without a name");
        }
        keys.insert(key(nameSpace, type, name));
    }
    return keys;
}

Result<void> compare(const Keys& promised, const Keys& described) {
    for (const auto& tool : described) {
        if (!promised.contains(tool)) {
            return Error(Code::notFound, "the library has " + base::excerpt(tool, 200) + ", the manifest does not");
        }
    }
    for (const auto& tool : promised) {
        if (!described.contains(tool)) {
            return Error(Code::notFound, "the manifest promises " + tool + ", the library does not have it");
        }
    }
    return {};
}

}  // namespace

Result<void> matchDescribedTools(aip_plugin& plugin, const PluginSpec& spec) {
    const auto* extension = static_cast<const aip_manifest*>(plugin.get_extension(&plugin, text(AIP_EXT_MANIFEST)));
    if (extension == nullptr || !AIP_HAS(aip_manifest, extension, describe)) {
        return {};
    }
    const auto json = description(plugin, *extension);
    if (!json) {
        return json.error();
    }
    const auto described = keysIn(*json);
    if (!described) {
        return described.error();
    }
    Keys promised;
    for (const auto& tool : spec.tools) {
        promised.insert(key(tool.nameSpace, tool.type, tool.name));
    }
    return compare(promised, *described);
}

}  // namespace aip::hosting

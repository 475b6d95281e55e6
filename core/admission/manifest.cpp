#include "admission/manifest.h"

#include "base/json_parser.h"
#include "base/json_schema.h"
#include "base/json_text.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

#include <simdjson.h>

#include <algorithm>
#include <regex>
#include <set>
#include <utility>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using simdjson::dom::element;
using simdjson::dom::object;

/// Reads the members of one object, each at most once. The first error is kept; after it everything reads as empty.
class Members {
  public:
    Members(element value, std::string place, std::optional<Error>& error) : _place(std::move(place)), _error(error) {
        if (value.get(_members) != simdjson::SUCCESS) {
            fail("", "expected an object");
        }
    }

    /// A text that matches all of `form`.
    std::string text(const char* name, const char* form) {
        std::string found = text(name);
        if (!_error && !std::regex_match(found, std::regex(form))) {
            fail(name, base::jsonString(base::excerpt(found, 80)) + " is not of the form " + form);
        }
        return found;
    }

    std::string text(const char* name) { return textOf(name, find(name, true)); }
    std::string optionalText(const char* name) { return textOf(name, find(name, false)); }

    std::uint32_t number(const char* name, std::uint32_t least, std::uint32_t most) {
        return numberOf(name, find(name, true), least, most);
    }

    std::optional<std::uint32_t> optionalNumber(const char* name, std::uint32_t least, std::uint32_t most) {
        const auto value = find(name, false);
        return value ? std::optional(numberOf(name, value, least, most)) : std::nullopt;
    }

    /// Any JSON, as text; "null" if it is absent.
    std::string json(const char* name) {
        const auto value = find(name, false);
        return value ? simdjson::minify(*value) : "null";
    }

    /// A JSON Schema as text; "null" if it is absent and not `required`.
    std::string schema(const char* name, bool required) {
        const auto value = find(name, required);
        if (!value) {
            return "null";
        }
        std::string found = simdjson::minify(*value);
        if (!value->is_object()) {
            fail(name, "expected a JSON Schema (an object)");
        } else if (auto compiled = base::JsonSchema::compile(found); !compiled) {
            fail(name, compiled.error().text());
        }
        return found;
    }

    template <typename Read>
    void each(const char* name, Read read) {
        simdjson::dom::array items;
        const auto value = find(name, true);
        if (!value) {
            return;
        }
        if (value->get(items) != simdjson::SUCCESS) {
            fail(name, "expected an array");
            return;
        }
        std::size_t index = 0;
        for (const element item : items) {
            read(item, at(name) + "[" + std::to_string(index++) + "]");
        }
    }

    std::optional<element> nested(const char* name) { return find(name, true); }

    std::string at(std::string_view name) const {
        return _place + (_place.empty() || name.empty() ? "" : ".") + std::string(name);
    }

    void fail(std::string_view name, const std::string& text) {
        if (!_error) {
            const std::string place = at(name);
            _error = Error(Code::invalid, place.empty() ? text : place + ": " + text);
        }
    }

    /// To be called last: members that were not read are unknown.
    void finish() {
        if (_error) {
            return;
        }
        std::set<std::string_view> seen;
        for (const auto& member : _members) {
            if (!_known.contains(member.key)) {
                fail(member.key, "unknown member");
            } else if (!seen.insert(member.key).second) {
                fail(member.key, "given twice");
            }
        }
    }

  private:
    /// Absent and null are the same.
    std::optional<element> find(const char* name, bool required) {
        _known.insert(name);
        element value;
        if (!_error && _members.at_key(name).get(value) == simdjson::SUCCESS && !value.is_null()) {
            return value;
        }
        if (required) {
            fail(name, "is missing");
        }
        return std::nullopt;
    }

    std::string textOf(const char* name, std::optional<element> value) {
        std::string_view found;
        if (value && value->get(found) != simdjson::SUCCESS) {
            fail(name, "expected a string");
        }
        return std::string(found);
    }

    std::uint32_t numberOf(const char* name, std::optional<element> value, std::uint32_t least, std::uint32_t most) {
        std::uint64_t found = 0;
        if (value && (value->get(found) != simdjson::SUCCESS || found < least || found > most)) {
            fail(name, "expected an integer from " + std::to_string(least) + " to " + std::to_string(most));
            return 0;
        }
        return static_cast<std::uint32_t>(found);
    }

    object _members;
    std::string _place;
    std::optional<Error>& _error;
    std::set<std::string_view> _known;
};

constexpr std::uint32_t mostConcurrent = 256;
constexpr std::uint32_t longestTimeout = 7 * 24 * 3600;
constexpr std::size_t mostListed = 4096;
constexpr std::uint32_t anyNumber = 0xFFFFFFFF;

ToolManifest readTool(element value, const std::string& place, std::optional<Error>& error) {
    Members members(value, place, error);
    ToolManifest tool;
    tool.name = members.text("name", "[A-Za-z_][A-Za-z0-9_.-]{0,127}");
    tool.type = members.text("type", "action|data_collection");
    tool.nameSpace = members.text("namespace", "[A-Za-z_][A-Za-z0-9_.-]{0,127}");
    tool.title = members.optionalText("title");
    tool.description = members.optionalText("description");
    tool.inputSchema = members.schema("input_schema", true);
    tool.outputSchema = members.schema("output_schema", false);
    tool.meta = members.json("meta");
    tool.annotations = members.json("annotations");
    if (const auto seconds = members.optionalNumber("timeout_seconds", 1, longestTimeout)) {
        tool.timeout = std::chrono::seconds(*seconds);
    }
    members.finish();
    return tool;
}

void readAbi(Manifest& manifest, element value, std::optional<Error>& error) {
    Members abi(value, "abi", error);
    manifest.abiMajor = abi.number("major", 0, anyNumber);
    manifest.abiMinor = abi.number("minor", 0, anyNumber);
    manifest.abiMinorRequired = abi.number("minor_required", 0, anyNumber);
    abi.finish();
}

void readExtension(Manifest& manifest, element value, const std::string& place, std::optional<Error>& error) {
    std::string_view id;
    if (value.get(id) != simdjson::SUCCESS || id.empty() || id.size() > 128) {
        error = error ? error : Error(Code::invalid, place + ": expected the id of an extension");
        return;
    }
    manifest.extensions.emplace_back(id);
}

void checkTools(const Manifest& manifest, std::optional<Error>& error) {
    std::set<std::string> seen;
    for (const ToolManifest& tool : manifest.tools) {
        if (!error && !seen.insert(tool.nameSpace + "/" + tool.key()).second) {
            error = Error(Code::invalid, "tools: '" + tool.key() + "' stands twice in namespace " + tool.nameSpace);
        }
    }
    if (!error && !manifest.tools.empty() && !manifest.promises(AIP_EXT_COMMAND_EXECUTOR)) {
        error = Error(Code::invalid, "extensions: tools need " AIP_EXT_COMMAND_EXECUTOR);
    }
    if (!error && manifest.promises(AIP_EXT_DYNAMIC_TOOLS) && !manifest.promises(AIP_EXT_COMMAND_EXECUTOR)) {
        error = Error(Code::invalid, "extensions: " AIP_EXT_DYNAMIC_TOOLS " needs " AIP_EXT_COMMAND_EXECUTOR);
    }
}

Manifest readManifest(element root, std::optional<Error>& error) {
    Members members(root, "", error);
    Manifest manifest;
    members.number("schema_version", 1, 1);
    manifest.id = members.text("id", "[a-z0-9][a-z0-9._-]{0,63}");
    manifest.version = members.text("version", R"([0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}([-+][0-9A-Za-z.+-]{1,64})?)");
    manifest.description = members.optionalText("description");
    manifest.library = members.text("library", "[A-Za-z0-9_][A-Za-z0-9_.+-]{0,254}");
    manifest.platform = members.text("platform", "[a-z0-9_-]{1,64}");
    manifest.sha256 = members.text("sha256", "[0-9a-f]{64}");
    if (const auto abi = members.nested("abi")) {
        readAbi(manifest, *abi, error);
    }
    manifest.concurrency = members.optionalNumber("concurrency", 1, mostConcurrent).value_or(1);
    manifest.settingsSchema = members.schema("settings", false);
    members.each("extensions",
                 [&](element value, const std::string& place) { readExtension(manifest, value, place, error); });
    members.each("tools", [&](element value, const std::string& place) {
        manifest.tools.push_back(readTool(value, place, error));
    });
    members.finish();
    checkTools(manifest, error);
    return manifest;
}

}  // namespace

bool Manifest::promises(std::string_view extension) const {
    return std::ranges::find(extensions, extension) != extensions.end();
}

base::Result<ListedTools> parseTools(std::string_view json) {
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, json, base::Padding::none);
    if (!root) {
        return root.error();
    }
    simdjson::dom::array items;
    if (root->get(items) != simdjson::SUCCESS || items.size() > mostListed) {
        return Error(Code::invalid, "expected an array of at most " + std::to_string(mostListed) + " tools");
    }
    ListedTools listed;
    std::set<std::string> seen;
    std::size_t index = 0;
    for (const element item : items) {
        const std::string place = "[" + std::to_string(index++) + "]";
        std::optional<Error> error;
        ToolManifest tool = readTool(item, place, error);
        if (!error && !seen.insert(tool.nameSpace + "/" + tool.key()).second) {
            error = Error(Code::invalid, place + ": '" + tool.key() + "' stands twice in namespace " + tool.nameSpace);
        }
        if (error) {
            listed.leftOut.push_back(error->text());
        } else {
            listed.tools.push_back(std::move(tool));
        }
    }
    return listed;
}

base::Result<Manifest> parseManifest(std::string_view json) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, json, base::Padding::none);
    if (!root) {
        return std::move(root).error();
    }
    std::optional<Error> error;
    Manifest manifest = readManifest(*root, error);
    if (error) {
        return *std::move(error);
    }
    return manifest;
}

}  // namespace aip::admission

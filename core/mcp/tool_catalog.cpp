#include "mcp/tool_catalog.h"

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "mcp/canonical.h"
#include "mcp/json_reading.h"
#include "mcp/unreadable.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace aip::mcp {
namespace {

using namespace reading;
using base::jsonString;

constexpr std::size_t longestName = 128;
constexpr std::size_t shownOfName = 64;
constexpr std::size_t shownOfFlaw = 200;

bool mayBegin(char c) {
    return base::isLetter(c) || c == '_';
}

bool isPlain(char c) {
    return mayBegin(c) || base::isDigit(c) || c == '.' || c == '-';
}

/// A character of several bytes becomes one '_'.
std::string ours(const std::string& prefix, const std::string& name) {
    std::string out = prefix;
    for (const char c : name) {
        const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (!continues) {
            out += isPlain(c) ? c : '_';
        }
    }
    if (!mayBegin(out.front())) {
        out.insert(0, 1, '_');
    }
    return out.substr(0, longestName);
}

std::string inQuotes(std::string_view name) {
    return "'" + base::readable(name, shownOfName) + "'";
}

std::string titleOf(element tool, const std::string& otherName) {
    const auto annotations = at(tool, "annotations");
    std::string title = textAt(tool, "title");
    title = title.empty() && annotations ? textAt(*annotations, "title") : std::move(title);
    return title.empty() ? otherName : title;
}

/// With the server's name if ours is another.
std::string metaOf(element tool, const std::string& otherName) {
    const std::string meta = objectAt(tool, "_meta");
    if (otherName.empty()) {
        return meta;
    }
    const std::string rest = meta.size() > 2 ? "," + meta.substr(1) : "}";
    return R"({"mcp/name":)" + jsonString(otherName) + rest;
}

/// That of what the model gets: a wrapped result comes without its wrapping.
std::string outputSchemaOf(element tool) {
    const auto schema = at(tool, "outputSchema");
    if (!schema || !schema->is_object() || !isTrue(*schema, "x-fastmcp-wrap-result")) {
        return objectAt(tool, "outputSchema");
    }
    const auto properties = at(*schema, "properties");
    std::string inner = properties ? objectAt(*properties, "result") : std::string();
    return inner.find("$ref") == std::string::npos ? inner : std::string();
}

void put(std::string& object, std::string_view key, const std::string& json) {
    if (!json.empty()) {
        object += R"(,")" + std::string(key) + R"(":)" + json;
    }
}

std::string textOrNone(const std::string& text) {
    return text.empty() ? text : jsonString(text);
}

/// What a pin holds.
std::string pinned(element tool, const std::string& name) {
    const auto schema = at(tool, "inputSchema");
    return R"({"description":)" + jsonString(textAt(tool, "description")) + R"(,"inputSchema":)" +
           (schema ? canonical(*schema) : "null") + R"(,"name":)" + jsonString(name) + "}";
}

}  // namespace

struct ToolCatalog::Builder {
    ToolCatalog& catalog;
    const ToolRules& rules;
    std::vector<std::string> known{};  ///< the server's names

    void leaveOut(std::string_view name, const std::string& why) {
        catalog._remarks.push_back("tool " + inQuotes(name) + " is left out: " + why);
    }

    void add(element tool, std::size_t index) {
        const std::string name = textAt(tool, "name");
        if (!tool.is_object() || name.empty()) {
            catalog._remarks.push_back("the tool at " + std::to_string(index) + " is left out: it has no name");
            return;
        }
        known.push_back(name);
        if (const auto flaw = textAt(tool, unreadableMember); !flaw.empty()) {
            return leaveOut(name, base::readable(flaw, shownOfFlaw));
        }
        const std::string hash = rules.sha256 ? rules.sha256(pinned(tool, name)) : std::string();
        catalog._pins += (catalog._pins.empty() ? "" : ", ") + name + "=" + hash;
        const bool allowed = rules.allowed.empty() || std::ranges::find(rules.allowed, name) != rules.allowed.end();
        if (!allowed || !isPinned(name, hash)) {
            return;
        }
        if (objectAt(tool, "inputSchema").empty()) {
            return leaveOut(name, "its inputSchema is not an object");
        }
        auto headers = headerArguments(rules.overHttp ? objectAt(tool, "inputSchema") : "{}");
        if (!headers) {
            return leaveOut(name, "its x-mcp-header is wrong: " + headers.error().text());
        }
        offer(tool, name, *std::move(headers));
    }

    /// False if the operator has pinned another one.
    bool isPinned(const std::string& name, const std::string& hash) {
        if (rules.pins.empty()) {
            return true;
        }
        const auto pin = rules.pins.find(name);
        if (pin == rules.pins.end()) {
            leaveOut(name, "setting 'pin' does not name it; " + name + "=" + hash + " would");
        } else if (pin->second != hash) {
            catalog._remarks.push_back("setting 'pin': tool " + inQuotes(name) +
                                       " is left out: its description or schema has changed; " + name + "=" + hash +
                                       " would let it in");
        }
        return pin != rules.pins.end() && pin->second == hash;
    }

    void offer(element tool, const std::string& name, HeaderArguments headers) {
        std::string our = ours(rules.prefix, name);
        const auto [place, isFirst] = catalog._tools.try_emplace(our, Tool{name, {}, std::move(headers)});
        if (!isFirst) {
            return leaveOut(name, "tool " + inQuotes(place->second.name) + " has the name " + our);
        }
        std::string schema = objectAt(tool, "inputSchema");
        place->second.fixed = declaredOf(rules.fixed, schema);
        if (!place->second.fixed.empty()) {
            schema = withoutProperties(schema, place->second.fixed);
        }
        const std::string otherName = our == name ? "" : name;
        std::string object = R"({"name":)" + jsonString(our);
        put(object, "type", jsonString(rules.type));
        put(object, "namespace", jsonString(rules.nameSpace));
        put(object, "title", textOrNone(titleOf(tool, otherName)));
        put(object, "description", jsonString(textAt(tool, "description")));
        put(object, "input_schema", schema);
        put(object, "output_schema", outputSchemaOf(tool));
        put(object, "meta", metaOf(tool, otherName));
        put(object, "annotations", objectAt(tool, "annotations"));
        put(object, "timeout_seconds", rules.timeoutSeconds == 0 ? "" : std::to_string(rules.timeoutSeconds));
        catalog._json.insert(catalog._json.size() - 1, (catalog._json.size() > 2 ? "," : "") + object + "}");
    }

    void findUnknown() {
        for (const auto& name : rules.allowed) {
            tellIfUnknown("tools", name);
        }
        for (const auto& [name, hash] : rules.pins) {
            tellIfUnknown("pin", name);
        }
        for (const auto& [name, value] : rules.fixed) {
            const bool used = std::ranges::any_of(
                catalog._tools, [&name = name](const auto& tool) { return tool.second.fixed.contains(name); });
            if (!used) {
                catalog._remarks.push_back("setting 'fixed_arguments': no tool has the argument " + inQuotes(name));
            }
        }
    }

    void tellIfUnknown(const std::string& key, const std::string& name) {
        if (std::ranges::find(known, name) == known.end()) {
            catalog._remarks.push_back("setting '" + key + "': the server has no tool " + inQuotes(name) +
                                       base::didYouMean(name, known));
        }
    }
};

ToolCatalog::ToolCatalog(const ToolRules& rules, const std::vector<std::string>& listed) {
    Builder builder{*this, rules};
    simdjson::dom::parser parser;
    for (std::size_t index = 0; index < listed.size(); ++index) {
        if (const auto tool = base::parseJson(parser, listed[index], base::Padding::none)) {
            builder.add(*tool, index);
        }
    }
    builder.findUnknown();
    if (listed.empty()) {
        _remarks.emplace_back("it has no tools");
    }
}

const ToolCatalog::Tool* ToolCatalog::find(std::string_view name) const {
    const auto found = _tools.find(name);
    return found == _tools.end() ? nullptr : &found->second;
}

}  // namespace aip::mcp

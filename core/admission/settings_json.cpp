#include "admission/settings_json.h"

#include "base/json_parser.h"
#include "base/json_schema.h"
#include "base/json_text.h"
#include "base/nearest.h"

#include <optional>
#include <vector>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;
using simdjson::dom::element;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The first type other than null that a schema names, also within anyOf and oneOf; empty if it names none.
std::string_view typeOf(element schema) {
    std::string_view type;
    if (!schema["type"].get(type)) {
        return type == "null" ? std::string_view() : type;
    }
    simdjson::dom::array several;
    if (!schema["type"].get(several)) {
        for (const element each : several) {
            if (!each.get(type) && type != "null") {
                return type;
            }
        }
    }
    for (const char* keyword : {"anyOf", "oneOf"}) {
        if (!schema[keyword].get(several)) {
            for (const element branch : several) {
                if (type = typeOf(branch); !type.empty()) {
                    return type;
                }
            }
        }
    }
    return {};
}

Result<std::string> literal(std::string_view value, const char* expected) {
    if (value.empty() || !base::checkJson(value)) {
        return Error(Code::invalid, base::jsonString(base::excerpt(value, 80)) + " is not " + expected);
    }
    return std::string(value);
}

Result<std::string> typed(element schema, std::string_view value);

Result<std::string> list(element schema, std::string_view value) {
    element items;
    const bool known = !schema["items"].get(items);
    std::string json = "[";
    for (std::string_view rest = trimmed(value); !rest.empty();) {
        const auto comma = rest.find(',');
        const std::string_view item = trimmed(rest.substr(0, comma));
        auto one = known ? typed(items, item) : base::jsonString(item);
        if (!one) {
            return one;
        }
        json += (json.size() > 1 ? "," : "") + *one;
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return json + "]";
}

Result<std::string> typed(element schema, std::string_view value) {
    const std::string_view type = typeOf(schema);
    if (type == "array") {
        return list(schema, value);
    }
    if (type == "integer" || type == "number") {
        return literal(trimmed(value), type == "integer" ? "an integer" : "a number");
    }
    if (type == "boolean") {
        const std::string_view word = trimmed(value);
        if (word == "true" || word == "yes" || word == "on" || word == "1") {
            return std::string("true");
        }
        if (word == "false" || word == "no" || word == "off" || word == "0") {
            return std::string("false");
        }
        return Error(Code::invalid, base::jsonString(base::excerpt(word, 80)) + " is neither true nor false");
    }
    if (type == "object") {
        return literal(trimmed(value), "a JSON object");
    }
    return base::jsonString(value);
}

Error unknownKey(const std::string& key, simdjson::dom::object properties) {
    std::vector<std::string> known;
    for (const auto& property : properties) {
        known.emplace_back(property.key);
    }
    return {Code::invalid, "unknown key '" + key + "'" + base::didYouMean(key, known)};
}

Result<std::string> assemble(element schema, const std::map<std::string, std::string>& values) {
    simdjson::dom::object properties;
    const bool named = !schema["properties"].get(properties);
    std::string json = "{";
    for (const auto& [key, value] : values) {
        element property;
        if (!named || properties[key].get(property)) {
            return named ? unknownKey(key, properties)
                         : Error(Code::invalid, "unknown key '" + key + "': the plugin takes no settings");
        }
        if (!base::isUtf8(value)) {
            return Error(Code::invalid, "key '" + key + "': not valid UTF-8");
        }
        auto content = typed(property, value);
        if (!content) {
            return std::move(content).error().within("key '" + key + "'");
        }
        json += (json.size() > 1 ? "," : "") + base::jsonString(key) + ":" + *content;
    }
    return json + "}";
}

}  // namespace

Result<std::string> settingsJson(std::string_view schema, const std::map<std::string, std::string>& values) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        return std::move(root).error();
    }
    auto json = assemble(*root, values);
    if (!json || root->is_null()) {
        return json;
    }
    const auto compiled = base::JsonSchema::compile(schema);
    if (!compiled) {
        return compiled.error();
    }
    if (auto checked = compiled->check(*json); !checked) {
        return Error(Code::invalid, "key " + checked.error().text());
    }
    return json;
}

}  // namespace aip::admission

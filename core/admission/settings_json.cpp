#include "admission/settings_json.h"

#include "base/json_check.h"
#include "base/json_parser.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "schema/schema.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;
using simdjson::dom::element;

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

/// With a unit, in what the key counts.
std::optional<double> quantity(std::string_view key, std::string_view value) {
    if (const auto size = base::numberSetting(value, base::Unit::size)) {
        return *size;
    }
    const auto seconds = base::numberSetting(value, base::Unit::duration);
    return !seconds ? std::optional<double>() : key.ends_with("_ms") ? *seconds * 1'000 : *seconds;
}

Result<std::string> number(std::string_view key, std::string_view value, bool whole) {
    const auto amount = base::checkJson(value) ? std::optional<double>() : quantity(key, value);
    if (!amount) {
        return literal(value, whole ? "an integer" : "a number");
    }
    return *amount == std::floor(*amount) ? fmt::format("{:.0f}", *amount) : fmt::format("{}", *amount);
}

Result<std::string> typed(element schema, std::string_view key, const std::string& value) {
    const std::string_view type = typeOf(schema);
    if (type == "integer" || type == "number") {
        return number(key, base::trimmed(value), type == "integer");
    }
    if (type == "boolean") {
        const auto word = base::booleanSetting(std::string(base::trimmed(value)));
        return word ? Result<std::string>(*word ? "true" : "false") : word.error();
    }
    return type == "object" ? literal(base::trimmed(value), "a JSON object") : base::jsonString(value);
}

Result<std::string> list(element schema, std::string_view key, const std::vector<std::string>& values) {
    element items;
    const bool known = !schema["items"].get(items);
    std::string json = "[";
    for (const auto& item : values) {
        auto one = known ? typed(items, key, item) : base::jsonString(item);
        if (!one) {
            return one;
        }
        json += (json.size() > 1 ? "," : "") + *one;
    }
    return json + "]";
}

Result<std::string> content(element schema, std::string_view key, const base::SettingText& value) {
    if (typeOf(schema) == "array") {
        return value.list ? list(schema, key, *value.list) : value.list.error();
    }
    return value.one ? typed(schema, key, *value.one) : value.one.error();
}

Error unknownKey(const std::string& key, simdjson::dom::object properties) {
    std::vector<std::string> known;
    for (const auto& property : properties) {
        known.emplace_back(property.key);
    }
    return {Code::invalid, "unknown key '" + key + "'" + base::didYouMean(key, known)};
}

Result<std::string> assemble(element schema, const std::map<std::string, base::SettingText>& values) {
    simdjson::dom::object properties;
    const bool named = !schema["properties"].get(properties);
    std::string json = "{";
    for (const auto& [key, value] : values) {
        element property;
        if (!named || properties[key].get(property)) {
            return named ? unknownKey(key, properties)
                         : Error(Code::invalid, "unknown key '" + key + "': the plugin takes no settings");
        }
        auto made = content(property, key, value);
        if (made && !base::isUtf8(*made)) {
            made = Error(Code::invalid, "not valid UTF-8");
        }
        if (!made) {
            return std::move(made).error().within("key '" + key + "'");
        }
        json += (json.size() > 1 ? "," : "") + base::jsonString(key) + ":" + *made;
    }
    return json + "}";
}

}  // namespace

Result<std::string> settingsJson(std::string_view schema, const std::map<std::string, base::SettingText>& values) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        return std::move(root).error();
    }
    auto json = assemble(*root, values);
    if (!json || root->is_null()) {
        return json;
    }
    const auto compiled = schema::Schema::compile(schema);
    if (!compiled) {
        return compiled.error();
    }
    if (auto checked = compiled->check(*json); !checked) {
        return Error(Code::invalid, "key " + checked.error().text());
    }
    return json;
}

}  // namespace aip::admission

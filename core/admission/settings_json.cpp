#include "admission/settings_json.h"

#include "base/json_parser.h"
#include "base/json_schema.h"
#include "base/json_text.h"
#include "base/nearest.h"

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

Result<element> propertyOf(element schema, const std::string& key) {
    simdjson::dom::object properties;
    element property;
    if (schema["properties"].get(properties)) {
        return Error(Code::invalid, "unknown key '" + key + "': the plugin takes no settings");
    }
    return properties[key].get(property) ? Result<element>(unknownKey(key, properties)) : property;
}

Result<std::string> valid(element property, std::string_view key, const base::SettingText& value) {
    auto json = content(property, key, value);
    return json && !base::isUtf8(*json) ? Error(Code::invalid, "not valid UTF-8") : std::move(json);
}

Result<std::string> assemble(element schema, const SettingValues& values) {
    std::string json = "{";
    for (const auto& [key, value] : values) {
        const auto property = propertyOf(schema, key);
        if (!property) {
            return property.error();
        }
        auto made = valid(*property, key, value);
        if (!made) {
            return std::move(made).error().within("key '" + key + "'");
        }
        json += (json.size() > 1 ? "," : "") + base::jsonString(key) + ":" + *made;
    }
    return json + "}";
}

/// Against the schema of this key alone; one that refers to others is left to the check of all.
Result<void> checkAlone(element schema, const std::string& key, const base::SettingText& value) {
    const auto property = propertyOf(schema, key);
    if (!property) {
        return property.error();
    }
    const auto json = valid(*property, key, value);
    if (!json) {
        return json.error();
    }
    const auto compiled = base::JsonSchema::compile(simdjson::minify(*property));
    return compiled ? compiled->check(*json) : Result<void>();
}

Result<std::string> checked(element root, std::string_view schema, const SettingValues& values) {
    auto json = assemble(root, values);
    if (!json || root.is_null()) {
        return json;
    }
    const auto compiled = base::JsonSchema::compile(schema);
    if (!compiled) {
        return compiled.error();
    }
    if (auto done = compiled->check(*json); !done) {
        return Error(Code::invalid, "key " + done.error().text());
    }
    return json;
}

/// Says that something in it is written and never shown. A reference may lead to such a thing.
bool isWriteOnly(element property, bool anywhere) {
    const std::string text = simdjson::minify(property);
    return text.find(R"("writeOnly":true)") != std::string::npos ||
           (anywhere && text.find(R"("$ref")") != std::string::npos);
}

}  // namespace

Result<std::string> settingsJson(std::string_view schema, const SettingValues& values) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    return root ? checked(*root, schema, values) : std::move(root).error();
}

std::vector<SettingFault> settingFaults(std::string_view schema, const SettingValues& values) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        return {{"", root.error().text()}};
    }
    std::vector<SettingFault> faults;
    for (const auto& [key, value] : values) {
        if (const auto done = checkAlone(*root, key, value); !done) {
            faults.push_back({key, done.error().text()});
        }
    }
    if (faults.empty()) {
        if (const auto all = checked(*root, schema, values); !all) {
            faults.push_back({"", all.error().text()});
        }
    }
    return faults;
}

std::set<std::string> writeOnlySettings(std::string_view schema) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    simdjson::dom::object properties;
    std::set<std::string> keys;
    if (!root || (*root)["properties"].get(properties)) {
        return keys;
    }
    const bool anywhere = isWriteOnly(*root, false);
    for (const auto& property : properties) {
        if (isWriteOnly(property.value, anywhere)) {
            keys.emplace(property.key);
        }
    }
    return keys;
}

}  // namespace aip::admission

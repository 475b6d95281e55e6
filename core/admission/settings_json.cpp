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

/// A list that is written as JSON: the only way for lists of objects and of lists.
bool isJsonList(const base::SettingText& value) {
    return value.one && value.one->starts_with('[') && base::checkJson(*value.one);
}

Result<std::string> content(element schema, std::string_view key, const base::SettingText& value) {
    if (typeOf(schema) == "array") {
        if (isJsonList(value)) {
            return *value.one;
        }
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

/// Says that something in it is written and never shown. A reference may lead to such a thing, where there is one.
bool isWriteOnly(element property, bool anywhere) {
    const std::string text = simdjson::minify(property);
    return text.find(R"("writeOnly":true)") != std::string::npos ||
           (anywhere && text.find(R"("$ref")") != std::string::npos);
}

/// Against the schema of its key alone; one that refers to others is left to the check of all.
Result<void> checkAlone(element property, const std::string& key, const base::SettingText& value) {
    const auto json = valid(property, key, value);
    if (!json) {
        return json.error();
    }
    const auto compiled = schema::Schema::compile(simdjson::minify(property));
    return compiled ? compiled->check(*json) : Result<void>();
}

/// What is wrong with the items of a list, one by one; empty if it shows only when they stand together.
std::vector<std::string> faultyItems(element property, const std::string& key, const base::SettingText& value) {
    std::vector<std::string> texts;
    element items;
    if (typeOf(property) != "array" || isJsonList(value) || !value.list || property["items"].get(items)) {
        return texts;
    }
    for (const auto& item : *value.list) {
        if (const auto done = checkAlone(items, key, item); !done) {
            texts.push_back(done.error().text());
        }
    }
    return texts;
}

/// Everything that is wrong with the value of one key.
std::vector<std::string> faultsOf(element property, const std::string& key, const base::SettingText& value) {
    const auto done = checkAlone(property, key, value);
    if (done) {
        return {};
    }
    auto texts = faultyItems(property, key, value);
    return texts.empty() ? std::vector{done.error().text()} : texts;
}

std::vector<std::string> missingKeys(element schema, const SettingValues& values) {
    std::vector<std::string> missing;
    simdjson::dom::array required;
    if (!schema["required"].get(required)) {
        for (const element each : required) {
            std::string_view key;
            if (!each.get(key) && !values.contains(std::string(key))) {
                missing.emplace_back(key);
            }
        }
    }
    return missing;
}

/// The keys that exist, with their values as JSON.
Result<std::string> assemble(element schema, const SettingValues& values) {
    std::string json = "{";
    for (const auto& [key, value] : values) {
        const auto property = propertyOf(schema, key);
        auto made = property ? valid(*property, key, value) : property.error();
        if (!made) {
            return made;
        }
        json += (json.size() > 1 ? "," : "") + base::jsonString(key) + ":" + *made;
    }
    return json + "}";
}

/// What only shows when all keys are there. With secrets among them no value is shown.
Result<void> checkTogether(std::string_view schema, const std::string& json, bool secrets) {
    const auto compiled = schema::Schema::compile(schema);
    if (!compiled) {
        return compiled.error();
    }
    const auto done = compiled->check(json);
    return done ? Result<void>()
                : Error(Code::invalid, secrets ? "not values that the plugin takes" : "key " + done.error().text());
}

std::vector<SettingFault> faultsIn(element schema, const SettingValues& values) {
    const bool anywhere = isWriteOnly(schema, false);
    std::vector<SettingFault> faults;
    for (const auto& [key, value] : values) {
        const auto property = propertyOf(schema, key);
        if (!property) {
            faults.push_back({key, property.error().text()});
            continue;
        }
        const bool secret = base::isSecretName(key) || isWriteOnly(*property, anywhere);
        const auto texts = faultsOf(*property, key, value);
        if (secret && !texts.empty()) {
            faults.push_back({key, "not a value that the plugin takes"});
            continue;
        }
        for (const auto& text : texts) {
            faults.push_back({key, text});
        }
    }
    for (const auto& key : missingKeys(schema, values)) {
        faults.push_back({"", "key '" + key + "' is a required property"});
    }
    return faults;
}

/// The JSON, or all that is wrong.
Result<std::string, std::vector<SettingFault>> settings(std::string_view schema, const SettingValues& values) {
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        return std::vector{SettingFault{"", root.error().text()}};
    }
    if (auto faults = faultsIn(*root, values); !faults.empty()) {
        return faults;
    }
    auto json = assemble(*root, values);
    const auto done =
        json && !root->is_null() ? checkTogether(schema, *json, isWriteOnly(*root, false)) : Result<void>();
    if (!json || !done) {
        return std::vector{SettingFault{"", json ? done.error().text() : json.error().text()}};
    }
    return *std::move(json);
}

}  // namespace

std::string SettingFault::line() const {
    return key.empty() || text.starts_with("unknown key") ? text : "key '" + key + "': " + text;
}

Result<std::string> settingsJson(std::string_view schema, const SettingValues& values) {
    auto json = settings(schema, values);
    if (json) {
        return *std::move(json);
    }
    std::string lines;
    for (const auto& fault : json.error()) {
        lines += (lines.empty() ? "" : "; ") + fault.line();
    }
    return Error(Code::invalid, lines);
}

std::vector<SettingFault> settingFaults(std::string_view schema, const SettingValues& values) {
    const auto json = settings(schema, values);
    return json ? std::vector<SettingFault>() : json.error();
}

std::set<std::string> listSettings(std::string_view schema) {
    simdjson::dom::parser parser;
    auto root = base::parseJson(parser, schema, base::Padding::none);
    simdjson::dom::object properties;
    std::set<std::string> keys;
    if (root && !(*root)["properties"].get(properties)) {
        for (const auto& property : properties) {
            if (typeOf(property.value) == "array") {
                keys.emplace(property.key);
            }
        }
    }
    return keys;
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

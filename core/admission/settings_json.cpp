#include "admission/settings_json.h"

#include "admission/setting_tree.h"
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

/// What a schema refers to, within the document; itself if that cannot be found.
element referred(element schema, element root) {
    std::string_view reference;
    element found = schema;
    for (int steps = 0; steps < 8 && !found["$ref"].get(reference) && reference.starts_with('#'); ++steps) {
        element next;
        if (root.at_pointer(reference.substr(1)).get(next)) {
            return found;
        }
        found = next;
    }
    return found;
}

/// The schema that says what a value is made of: that which it refers to, or the branch for what is not null.
element shapeOf(element schema, element root) {
    const element found = referred(schema, root);
    simdjson::dom::array branches;
    element type;
    for (const char* keyword : {"anyOf", "oneOf"}) {
        if (!found["type"].get(type) || found[keyword].get(branches)) {
            continue;
        }
        for (const element branch : branches) {
            const element shape = referred(branch, root);
            if (const auto kind = typeOf(shape); kind == "object" || kind == "array") {
                return shape;
            }
        }
    }
    return found;
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

/// A list that is written as JSON: the only way for lists of objects and of lists.
bool isJsonList(const base::SettingText& value) {
    return value.one && value.one->starts_with('[') && base::checkJson(*value.one);
}

Result<std::string> content(element schema, std::string_view key, const base::SettingText& value) {
    if (typeOf(schema) == "array" && isJsonList(value)) {
        return *value.one;
    }
    auto json = value.one ? typed(schema, key, *value.one) : value.one.error();
    return json && !base::isUtf8(*json) ? Error(Code::invalid, "not valid UTF-8") : std::move(json);
}

/// `path` ends in `name`, which is none of the properties.
Error unknownKey(const std::string& path, const std::string& name, simdjson::dom::object properties) {
    std::vector<std::string> known;
    for (const auto& property : properties) {
        known.emplace_back(property.key);
    }
    return {Code::invalid, "unknown key '" + path + "'" + base::didYouMean(name, known)};
}

Result<element> propertyOf(element schema, const std::string& key) {
    simdjson::dom::object properties;
    element property;
    if (schema["properties"].get(properties)) {
        return Error(Code::invalid, "unknown key '" + key + "': the plugin takes no settings");
    }
    return properties[key].get(property) ? Result<element>(unknownKey(key, key, properties)) : property;
}

/// Says that something in it is written and never shown. A reference may lead to such a thing, where there is one.
bool isWriteOnly(element property, bool anywhere) {
    const std::string text = simdjson::minify(property);
    return text.find(R"("writeOnly":true)") != std::string::npos ||
           (anywhere && text.find(R"("$ref")") != std::string::npos);
}

/// Against the schema of its key alone; one that refers to others is left to the check of all.
Result<void> checkAlone(element property, const std::string& json) {
    const auto compiled = schema::Schema::compile(simdjson::minify(property));
    return compiled ? compiled->check(json) : Result<void>();
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

/// Makes the JSON of what is written, key by key, and finds what is wrong with it.
class Maker {
  public:
    explicit Maker(element schema) : _schema(schema), _anywhere(isWriteOnly(schema, false)) {}

    std::string object(const SettingNode& section) {
        std::string json = "{";
        for (const auto& [key, node] : section.parts) {
            json += (json.size() > 1 ? "," : "") + base::jsonString(key) + ":" + member(key, node);
        }
        return json + "}";
    }
    void addMissing(const SettingNode& section) {
        simdjson::dom::array required;
        if (_schema["required"].get(required)) {
            return;
        }
        for (const element each : required) {
            std::string_view key;
            if (!each.get(key) && !section.parts.contains(std::string(key))) {
                wrong("", "key '" + std::string(key) + "' is a required property");
            }
        }
    }
    std::vector<SettingFault>& faults() { return _faults; }

  private:
    /// Of the section.
    std::string member(const std::string& key, const SettingNode& node) {
        const auto property = propertyOf(_schema, key);
        if (!property) {
            _faults.push_back({key, property.error().text()});
            return "null";
        }
        const auto before = _faults.size();
        std::string json = made(*property, key, node);
        if (_faults.size() == before) {
            add(key, checkAlone(*property, json));
        }
        const bool writeOnly = isWriteOnly(*property, _anywhere);
        for (auto fault = _faults.begin() + static_cast<std::ptrdiff_t>(before); fault != _faults.end(); ++fault) {
            fault->text =
                writeOnly || base::isSecretName(fault->key) ? "not a value that the plugin takes" : fault->text;
        }
        return json;
    }

    std::string made(element schema, const std::string& path, const SettingNode& node) {
        const element shape = shapeOf(schema, _schema);
        if (node.value != nullptr && !node.parts.empty()) {
            return wrong(path, "is written as a whole and in parts: one of them");
        }
        if (node.value != nullptr) {
            return value(shape, path, *node.value);
        }
        return typeOf(shape) == "array" ? items(shape, path, node) : members(shape, path, node);
    }

    std::string value(element shape, const std::string& path, const base::SettingText& text) {
        if (typeOf(shape) == "array" && !isJsonList(text)) {
            add(path, text.list ? Result<void>() : text.list.error());
            return text.list ? list(shape, path, *text.list) : "null";
        }
        const auto json = content(shape, path, text);
        add(path, json ? Result<void>() : json.error());
        return json ? *json : "null";
    }

    /// Each item is checked by itself, so that all that are wrong are named.
    std::string list(element shape, const std::string& path, const std::vector<std::string>& written) {
        element item = _any;
        static_cast<void>(shape["items"].get(item));
        const auto compiled = schema::Schema::compile(simdjson::minify(item));
        std::string json = "[";
        for (const auto& text : written) {
            const auto one = content(item, path, base::SettingText(text));
            add(path, one && compiled ? compiled->check(*one) : one ? Result<void>() : one.error());
            json += (json.size() > 1 ? "," : "") + (one ? *one : "null");
        }
        return json + "]";
    }

    std::string items(element shape, const std::string& path, const SettingNode& node) {
        if (!isNumbered(node)) {
            return wrong(path, "is a list: its parts are numbered 0, 1, 2, ...");
        }
        element item = _any;
        static_cast<void>(shape["items"].get(item));
        std::string json = "[";
        for (const auto& [number, part] : node.parts) {
            json += (json.size() > 1 ? "," : "") + made(item, path + "." + number, part);
        }
        return json + "]";
    }

    std::string members(element shape, const std::string& path, const SettingNode& node) {
        if (const auto type = typeOf(shape); !type.empty() && type != "object") {
            return wrong(path, "has no parts: it is of type " + std::string(type));
        }
        std::string json = "{";
        for (const auto& [name, part] : node.parts) {
            const std::string below = path + "." + name;
            const auto property = partOf(shape, below, name);
            add(below, property ? Result<void>() : property.error());
            json += (json.size() > 1 ? "," : "") + base::jsonString(name) + ":" +
                    (property ? made(*property, below, part) : "null");
        }
        return json + "}";
    }

    /// What an object says of a member; one that it says nothing of is text.
    Result<element> partOf(element shape, const std::string& path, const std::string& name) const {
        simdjson::dom::object properties;
        element found;
        const bool listed = !shape["properties"].get(properties);
        if (listed && !properties[name].get(found)) {
            return found;
        }
        if (!shape["additionalProperties"].get(found) && !found.is_bool()) {
            return found;
        }
        const bool closed = !shape["additionalProperties"].get(found) && !bool(found);
        return listed && closed ? Result<element>(unknownKey(path, name, properties)) : _any;
    }

    std::string wrong(const std::string& path, const std::string& text) {
        _faults.push_back({path, text});
        return "null";
    }
    void add(const std::string& path, const Result<void>& done) {
        if (!done) {
            _faults.push_back({path, done.error().text()});
        }
    }

    const element _schema;
    const bool _anywhere;  ///< what is never shown may be where a reference leads
    simdjson::dom::parser _parser;
    const element _any = _parser.parse(std::string_view("{}")).value();
    std::vector<SettingFault> _faults;
};

/// The JSON, or all that is wrong.
Result<std::string, std::vector<SettingFault>> settings(std::string_view schema, const SettingValues& values) {
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, schema, base::Padding::none);
    if (!root) {
        return std::vector{SettingFault{"", root.error().text()}};
    }
    Maker maker(*root);
    const auto tree = settingTree(values);
    std::string json = maker.object(tree);
    maker.addMissing(tree);
    if (!maker.faults().empty()) {
        return std::move(maker.faults());
    }
    const auto done = root->is_null() ? Result<void>() : checkTogether(schema, json, isWriteOnly(*root, false));
    if (!done) {
        return std::vector{SettingFault{"", done.error().text()}};
    }
    return json;
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

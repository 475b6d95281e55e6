#include "base/json_mismatch.h"

#include "base/json_text.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace aip::base {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::size_t shownBytes = 80;

std::string under(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string at(const std::string& path) {
    return path.empty() ? std::string() : "'" + excerpt(path, shownBytes) + "': ";
}

std::string quoted(const std::string& path) {
    return "'" + excerpt(path, shownBytes) + "'";
}

std::string shown(element value) {
    return value.is_array() || value.is_object() ? "..." : excerpt(simdjson::minify(value), shownBytes);
}

bool isWhole(element value) {
    double number = 0;
    return value.type() != element_type::DOUBLE || (!value.get(number) && std::trunc(number) == number);
}

std::string_view typeName(element value) {
    switch (value.type()) {
        case element_type::ARRAY:
            return "array";
        case element_type::OBJECT:
            return "object";
        case element_type::STRING:
            return "string";
        case element_type::BOOL:
            return "boolean";
        case element_type::NULL_VALUE:
            return "null";
        default:
            return isWhole(value) ? "integer" : "number";
    }
}

std::optional<element> member(element schema, std::string_view name) {
    element found;
    return schema.is_object() && !schema.at_key(name).get(found) ? std::optional(found) : std::nullopt;
}

bool isType(std::string_view type, element value) {
    return type == typeName(value) || (type == "number" && value.is_number());
}

/// Every type that `schema` names in "type", or in the branches of "anyOf" and "oneOf"; empty if any may pass.
std::vector<std::string_view> allowedTypes(element schema) {
    std::vector<std::string_view> types;
    std::string_view one;
    array several;
    const auto type = member(schema, "type");
    if (type && !type->get(one)) {
        return {one};
    }
    if (type && !type->get(several)) {
        for (const element each : several) {
            if (!each.get(one)) {
                types.push_back(one);
            }
        }
        return types;
    }
    const auto branches = member(schema, "anyOf") ? member(schema, "anyOf") : member(schema, "oneOf");
    if (branches && !branches->get(several)) {
        for (const element branch : several) {
            const auto more = allowedTypes(branch);
            if (more.empty()) {
                return {};
            }
            types.insert(types.end(), more.begin(), more.end());
        }
    }
    return types;
}

std::string typeMismatch(element schema, element value, const std::string& path) {
    const auto types = allowedTypes(schema);
    if (types.empty() || std::ranges::any_of(types, [&](auto type) { return isType(type, value); })) {
        return {};
    }
    std::string expected;
    for (const auto type : types) {
        expected.append(expected.empty() ? "" : " or ").append(type);
    }
    return at(path) + "expected " + expected + ", got " + std::string(typeName(value));
}

std::string enumMismatch(element schema, element value, const std::string& path) {
    array choices;
    const auto keyword = member(schema, "enum");
    if (!keyword || keyword->get(choices)) {
        return {};
    }
    const std::string text = simdjson::minify(value);
    std::string list;
    for (const element choice : choices) {
        const std::string each = simdjson::minify(choice);
        if (each == text) {
            return {};
        }
        list += (list.empty() ? "" : ", ") + each;
    }
    return at(path) + shown(value) + " is not one of " + excerpt(list, 4 * shownBytes);
}

struct Limit {
    const char* keyword;
    bool (*broken)(double value, double limit);
    const char* text;
};

std::string limitMismatch(element schema, double number, std::string_view text, const std::string& path,
                          const std::vector<Limit>& limits) {
    for (const Limit& each : limits) {
        double limit = 0;
        const auto keyword = member(schema, each.keyword);
        if (keyword && !keyword->get(limit) && each.broken(number, limit)) {
            return at(path) + std::string(text) + each.text + simdjson::minify(*keyword);
        }
    }
    return {};
}

bool below(double value, double limit) {
    return value < limit;
}
bool above(double value, double limit) {
    return value > limit;
}
bool notAbove(double value, double limit) {
    return value <= limit;
}
bool notBelow(double value, double limit) {
    return value >= limit;
}

std::string numberMismatch(element schema, element value, const std::string& path) {
    static const std::vector<Limit> limits{{"minimum", below, " is less than "},
                                           {"maximum", above, " is more than "},
                                           {"exclusiveMinimum", notAbove, " is not more than "},
                                           {"exclusiveMaximum", notBelow, " is not less than "}};
    double number = 0;
    return value.get(number) ? std::string() : limitMismatch(schema, number, shown(value), path, limits);
}

std::string patternMismatch(element schema, std::string_view text, const std::string& path) {
    std::string_view pattern;
    const auto keyword = member(schema, "pattern");
    if (!keyword || keyword->get(pattern) || matchesPattern(std::regex(std::string(pattern)), text)) {
        return {};
    }
    return at(path) + excerpt(jsonString(text), shownBytes) + " does not match the pattern " + std::string(pattern);
}

std::string stringMismatch(element schema, element value, const std::string& path) {
    static const std::vector<Limit> limits{{"minLength", below, " characters are fewer than "},
                                           {"maxLength", above, " characters are more than "}};
    const std::string_view text(value);
    const auto length =
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    std::string found = limitMismatch(schema, static_cast<double>(length), std::to_string(length), path, limits);
    return found.empty() ? patternMismatch(schema, text, path) : found;
}

std::string describe(element schema, element value, const std::string& path);

std::string arrayMismatch(element schema, element value, const std::string& path) {
    static const std::vector<Limit> limits{{"minItems", below, " items are fewer than "},
                                           {"maxItems", above, " items are more than "}};
    const array items(value);
    std::string found =
        limitMismatch(schema, static_cast<double>(items.size()), std::to_string(items.size()), path, limits);
    const auto each = member(schema, "items");
    std::size_t index = 0;
    for (auto item = items.begin(); each && found.empty() && item != items.end(); ++item) {
        found = describe(*each, *item, path + "[" + std::to_string(index++) + "]");
    }
    return found;
}

std::string missingMember(element schema, element value, const std::string& path) {
    array names;
    const auto required = member(schema, "required");
    if (!required || required->get(names)) {
        return {};
    }
    for (const element each : names) {
        std::string_view name;
        if (!each.get(name) && !member(value, name)) {
            return quoted(under(path, name)) + " is a required property";
        }
    }
    return {};
}

std::string objectMismatch(element schema, element value, const std::string& path) {
    const auto properties = member(schema, "properties");
    const auto additional = member(schema, "additionalProperties");
    bool closed = additional && additional->is_bool() && !bool(*additional);
    std::string found;
    for (const auto& [name, content] : object(value)) {
        const auto declared = properties ? member(*properties, name) : std::nullopt;
        if (!declared && closed) {
            return quoted(under(path, name)) + " is not a known parameter";
        }
        const auto expected = declared ? declared : additional;
        if (found.empty() && expected) {
            found = describe(*expected, content, under(path, name));
        }
    }
    const std::string missing = missingMember(schema, value, path);
    return missing.empty() ? found : missing;
}

/// The branch of "anyOf" or "oneOf" that is meant for this type of value, if only one is.
std::optional<element> matchingBranch(element schema, element value) {
    array branches;
    std::optional<element> match;
    const auto keyword = member(schema, "anyOf") ? member(schema, "anyOf") : member(schema, "oneOf");
    if (!keyword || keyword->get(branches)) {
        return std::nullopt;
    }
    for (const element branch : branches) {
        if (std::ranges::any_of(allowedTypes(branch), [&](auto type) { return isType(type, value); })) {
            if (match) {
                return std::nullopt;
            }
            match = branch;
        }
    }
    return match;
}

std::string describe(element schema, element value, const std::string& path) {
    std::string found = typeMismatch(schema, value, path);
    if (found.empty()) {
        found = enumMismatch(schema, value, path);
    }
    if (!found.empty()) {
        return found;
    }
    switch (value.type()) {
        case element_type::ARRAY:
            found = arrayMismatch(schema, value, path);
            break;
        case element_type::OBJECT:
            found = objectMismatch(schema, value, path);
            break;
        case element_type::STRING:
            found = stringMismatch(schema, value, path);
            break;
        case element_type::BOOL:
        case element_type::NULL_VALUE:
            break;
        default:
            found = numberMismatch(schema, value, path);
            break;
    }
    const auto branch = found.empty() ? matchingBranch(schema, value) : std::nullopt;
    return branch ? describe(*branch, value, path) : found;
}

}  // namespace

bool matchesPattern(const std::regex& pattern, std::string_view text) {
    // std::regex recurses once per character: a long text would end the stack.
    constexpr std::size_t longest = 4096;
    return text.size() <= longest && std::regex_search(text.begin(), text.end(), pattern);
}

std::string describeMismatch(element schema, element value) {
    return describe(schema, value, {});
}

}  // namespace aip::base

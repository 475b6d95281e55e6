#include "schema_sampler.h"

#include "base/json_text.h"
#include "pattern_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <vector>

namespace aip::tool {
namespace {

using Element = simdjson::dom::element;

constexpr int deepestValue = 6;

std::optional<Element> member(Element schema, const char* name) {
    Element found;
    return schema[name].get(found) ? std::nullopt : std::optional(found);
}

template <typename T>
std::optional<T> member(Element schema, const char* name) {
    T found;
    return schema[name].get(found) ? std::nullopt : std::optional<T>(found);
}

/// The items of an array; none without one.
std::vector<Element> items(std::optional<Element> list) {
    simdjson::dom::array array;
    std::vector<Element> out;
    if (list && !list->get(array)) {
        out.assign(array.begin(), array.end());
    }
    return out;
}

std::optional<std::string> ofFormat(std::string_view format) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 7> known{{
        {"email", "ann@example.org"},
        {"hostname", "device.example.org"},
        {"ipv4", "192.0.2.7"},
        {"ipv6", "2001:db8::7"},
        {"uri", "https://example.org/a?b=c"},
        {"uuid", "123e4567-e89b-42d3-a456-426614174000"},
        {"date-time", "2024-02-29T23:59:59Z"},
    }};
    const auto found = std::ranges::find(known, format, &std::pair<std::string_view, const char*>::first);
    return found == known.end() ? std::nullopt : std::optional<std::string>(found->second);
}

/// The least and the greatest number that a schema allows.
struct Bounds {
    double least;
    double most;
};

Bounds boundsOf(Element schema, double step) {
    Bounds bounds{-1e6, 1e6};
    const auto least = member<double>(schema, "minimum");
    const auto most = member<double>(schema, "maximum");
    const auto above = member<double>(schema, "exclusiveMinimum");
    const auto below = member<double>(schema, "exclusiveMaximum");
    bounds.least = above ? *above + step : least.value_or(bounds.least);
    bounds.most = below ? *below - step : most.value_or(std::max(bounds.most, bounds.least + 1e6));
    bounds.least = std::min(bounds.least, bounds.most);
    if (!least && !above) {
        bounds.least = std::min(bounds.least, bounds.most - 1e6);
    }
    return bounds;
}

}  // namespace

std::string SchemaSampler::value(Element schema, int depth) {
    if (const auto reference = member<std::string_view>(schema, "$ref")) {
        Element target = _root;
        const bool lost = reference->size() > 1 && _root.at_pointer(reference->substr(1)).get(target);
        return lost || depth > 2 * deepestValue ? "null" : value(target, depth + 1);
    }
    if (const auto constant = member(schema, "const")) {
        return simdjson::minify(*constant);
    }
    if (const auto fallback = member(schema, "default"); fallback && _random.chance(10)) {
        return simdjson::minify(*fallback);
    }
    for (const char* choice : {"enum", "examples"}) {
        const auto list = items(member(schema, choice));
        if (!list.empty() && (choice == std::string_view("enum") || _random.chance(30))) {
            return simdjson::minify(_random.pick(list));
        }
    }
    for (const char* choice : {"anyOf", "oneOf", "allOf"}) {
        const auto list = items(member(schema, choice));
        if (!list.empty()) {
            return value(_random.pick(list), depth + 1);
        }
    }
    return typed(typeOf(schema), schema, depth);
}

std::string_view SchemaSampler::typeOf(Element schema) {
    if (const auto type = member<std::string_view>(schema, "type")) {
        return *type;
    }
    if (const auto list = member(schema, "type")) {
        const auto types = items(*list);
        std::string_view chosen;
        return types.empty() || _random.pick(types).get(chosen) ? "" : chosen;
    }
    static constexpr std::array<std::pair<const char*, std::string_view>, 6> telling{{{"properties", "object"},
                                                                                      {"required", "object"},
                                                                                      {"items", "array"},
                                                                                      {"pattern", "string"},
                                                                                      {"maxLength", "string"},
                                                                                      {"minimum", "number"}}};
    for (const auto& [keyword, type] : telling) {
        if (member(schema, keyword)) {
            return type;
        }
    }
    return "";
}

std::string SchemaSampler::typed(std::string_view type, Element schema, int depth) {
    if (type == "object") {
        return object(schema, depth);
    }
    if (type == "array") {
        return array(schema, depth);
    }
    if (type == "string") {
        return text(schema);
    }
    if (type == "integer") {
        return integer(schema);
    }
    if (type == "number") {
        return number(schema);
    }
    if (type == "boolean") {
        return _random.chance(50) ? "true" : "false";
    }
    return type == "null" ? "null" : anything(depth);
}

bool SchemaSampler::optionalMember(int depth) {
    return depth < deepestValue && _random.chance(50);
}

std::string SchemaSampler::object(Element schema, int depth) {
    std::set<std::string_view> required;
    for (const auto name : items(member(schema, "required"))) {
        required.insert(std::string_view(name));
    }
    std::string members;
    const auto add = [&](std::string_view name, const std::string& json) {
        members += (members.empty() ? "" : ",") + base::jsonString(name) + ":" + json;
        required.erase(name);
    };
    if (const auto properties = member<simdjson::dom::object>(schema, "properties")) {
        for (const auto property : *properties) {
            if (required.contains(property.key) || optionalMember(depth)) {
                add(property.key, value(property.value, depth + 1));
            }
        }
    }
    const auto others = member(schema, "additionalProperties");
    const bool typedOthers = others && others->is_object();
    for (const auto name : std::set(required)) {
        add(name, typedOthers ? value(*others, depth + 1) : anything(depth));
    }
    const auto more = typedOthers ? count(schema, "minProperties", "maxProperties", depth < deepestValue ? 3 : 0) : 0;
    for (std::uint64_t i = 0; i < more; ++i) {
        add("key " + std::to_string(i), value(*others, depth + 1));
    }
    return "{" + members + "}";
}

std::uint64_t SchemaSampler::count(Element schema, const char* least, const char* most, std::uint64_t usual) {
    const auto from = static_cast<std::uint64_t>(std::max(member<double>(schema, least).value_or(0), 0.0));
    const auto limit = member<double>(schema, most);
    const auto to = limit ? std::min(static_cast<std::uint64_t>(std::max(*limit, 0.0)), from + usual) : from + usual;
    return to <= from           ? from
           : _random.chance(15) ? from
           : _random.chance(15) ? to
                                : from + _random.below(to - from + 1);
}

std::string SchemaSampler::array(Element schema, int depth) {
    const auto size = count(schema, "minItems", "maxItems", depth < deepestValue ? 5 : 0);
    const auto each = member(schema, "items");
    std::string out;
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto list = items(each);
        const auto item = i < list.size() ? std::optional(list[i]) : each && each->is_object() ? each : std::nullopt;
        out += (out.empty() ? "" : ",") + (item ? value(*item, depth + 1) : anything(depth));
    }
    return "[" + out + "]";
}

std::string SchemaSampler::text(Element schema) {
    if (const auto pattern = member<std::string_view>(schema, "pattern")) {
        return base::jsonString(samplePattern(*pattern, _random).value_or("x"));
    }
    if (const auto format = member<std::string_view>(schema, "format")) {
        if (const auto known = ofFormat(*format)) {
            return base::jsonString(*known);
        }
    }
    const auto least = static_cast<std::uint64_t>(member<double>(schema, "minLength").value_or(0));
    const auto most = static_cast<std::uint64_t>(member<double>(schema, "maxLength").value_or(1e9));
    return plainText(least, most);
}

/// Of characters that tend to break things; lengths are counted in characters.
std::string SchemaSampler::plainText(std::uint64_t least, std::uint64_t most) {
    static constexpr std::array<std::string_view, 14> awkward{
        "\"", "\\", "\n",  "\t", "\x01", "/", "'", "%", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
        "<",  "{",  "\x7F"};
    const std::uint64_t usual = _random.chance(3) ? 2000 : 24;
    const std::uint64_t to = std::max(least, std::min(most, least + usual));
    const std::uint64_t size = least + (_random.chance(10) ? 0 : _random.below(to - least + 1));
    const bool tame = _random.chance(60);
    std::string out;
    for (std::uint64_t i = 0; i < size; ++i) {
        out += tame || _random.chance(80) ? std::string(1, static_cast<char>('a' + _random.below(26)))
                                          : std::string(_random.pick(awkward));
    }
    return base::jsonString(out);
}

std::string SchemaSampler::integer(Element schema) {
    const double step = std::max(member<double>(schema, "multipleOf").value_or(1), 1.0);
    const auto [least, most] = boundsOf(schema, 1);
    const double edges[] = {std::ceil(least / step), std::floor(most / step), 0, 1, -1};
    double value = _random.chance(40)
                       ? _random.pick(edges)
                       : edges[0] + static_cast<double>(_random.below(
                                        static_cast<std::uint64_t>(std::min(edges[1] - edges[0], 1e15)) + 1));
    value = std::clamp(value, std::min(edges[0], edges[1]), edges[1]) * step;
    return fmt::format("{:.0f}", std::clamp(value, -9.2233720368547e18, 9.2233720368547e18) + 0.0);
}

std::string SchemaSampler::number(Element schema) {
    const auto step = member<double>(schema, "multipleOf");
    const auto [least, most] = boundsOf(schema, step.value_or(1e-3));
    const double share = _random.chance(20) ? static_cast<double>(_random.below(2))
                                            : static_cast<double>(_random.below(1U << 20U)) / (1U << 20U);
    double value = least + (most - least) * share;
    if (step) {
        value = std::round(value / *step) * *step;
    }
    return fmt::format("{}", value);
}

std::string SchemaSampler::anything(int depth) {
    const auto kind = _random.below(depth < deepestValue ? 7 : 5);
    switch (kind) {
        case 0:
            return "null";
        case 1:
            return "true";
        case 2:
            return std::to_string(_random.below(1000));
        case 3:
            return "-0.5";
        case 4:
            return plainText(0, 100);
        case 5:
            return "[" + anything(depth + 1) + "]";
        default:
            return "{\"a\":" + anything(depth + 1) + "}";
    }
}

}  // namespace aip::tool

#include "oracle.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace aip::tests {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::optional<element> keyword(element schema, const char* name) {
    element found;
    return schema[name].get(found) ? std::nullopt : std::optional(found);
}

double number(element value) {
    return double(value);
}

bool hasType(element value, std::string_view type) {
    return type == "null"      ? value.is_null()
           : type == "boolean" ? value.is_bool()
           : type == "object"  ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "number"  ? value.is_number()
                               : value.is_number() && std::trunc(number(value)) == number(value);
}

bool typeFits(element types, element value) {
    std::string_view one;
    if (!types.get(one)) {
        return hasType(value, one);
    }
    const array several = types;
    return std::any_of(several.begin(), several.end(), [&](element type) { return hasType(value, type); });
}

double length(std::string_view text) {
    return static_cast<double>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool between(element schema, const char* least, const char* most, double count) {
    const auto low = keyword(schema, least);
    const auto high = keyword(schema, most);
    return (!low || count >= number(*low)) && (!high || count <= number(*high));
}

bool hasMember(element value, std::string_view name) {
    element found;
    return !value[name].get(found);
}

bool hasMembers(element names, element value) {
    const array all = names;
    return std::all_of(all.begin(), all.end(), [&](element name) { return hasMember(value, std::string_view(name)); });
}

bool isUnique(element value) {
    std::vector<element> items;
    for (const element item : array(value)) {
        items.push_back(item);
    }
    for (std::size_t a = 0; a < items.size(); ++a) {
        for (std::size_t b = a + 1; b < items.size(); ++b) {
            if (Oracle::same(items[a], items[b])) {
                return false;
            }
        }
    }
    return true;
}

bool containerFits(element schema, element value) {
    if (value.is_array()) {
        const auto unique = keyword(schema, "uniqueItems");
        return between(schema, "minItems", "maxItems", static_cast<double>(array(value).size())) &&
               (!unique || !bool(*unique) || isUnique(value));
    }
    const auto required = keyword(schema, "required");
    bool fits = between(schema, "minProperties", "maxProperties", static_cast<double>(object(value).size())) &&
                (!required || hasMembers(*required, value));
    if (const auto dependent = keyword(schema, "dependentRequired")) {
        for (const auto& each : object(*dependent)) {
            fits = fits && (!hasMember(value, each.key) || hasMembers(each.value, value));
        }
    }
    return fits;
}

}  // namespace

bool Oracle::same(element a, element b) {
    if (a.is_number() && b.is_number()) {
        return number(a) == number(b);
    }
    if (a.is_array() && b.is_array()) {
        const array one = a;
        const array other = b;
        return one.size() == other.size() && std::equal(one.begin(), one.end(), other.begin(), same);
    }
    if (a.is_object() && b.is_object()) {
        const object one = a;
        return one.size() == object(b).size() && std::all_of(one.begin(), one.end(), [&](const auto& member) {
                   return hasMember(b, member.key) && same(member.value, element(b[member.key]));
               });
    }
    return a.type() == b.type() && simdjson::minify(a) == simdjson::minify(b);
}

bool Oracle::numbers(element schema, element value) {
    const double n = number(value);
    const auto above = keyword(schema, "exclusiveMinimum");
    const auto below = keyword(schema, "exclusiveMaximum");
    const auto divisor = keyword(schema, "multipleOf");
    return between(schema, "minimum", "maximum", n) && (!above || n > number(*above)) &&
           (!below || n < number(*below)) && (!divisor || std::fmod(n, number(*divisor)) == 0);
}

bool Oracle::assertions(element schema, element value) {
    if (const auto types = keyword(schema, "type"); types && !typeFits(*types, value)) {
        return false;
    }
    if (const auto constant = keyword(schema, "const"); constant && !same(*constant, value)) {
        return false;
    }
    if (const auto choices = keyword(schema, "enum")) {
        const array all = *choices;
        if (std::none_of(all.begin(), all.end(), [&](element choice) { return same(choice, value); })) {
            return false;
        }
    }
    return value.is_number()                       ? numbers(schema, value)
           : value.is_string()                     ? between(schema, "minLength", "maxLength", length(value))
           : value.is_array() || value.is_object() ? containerFits(schema, value)
                                                   : true;
}

bool Oracle::members(element schema, element value, Seen& seen) {
    const auto named = keyword(schema, "properties");
    const auto additional = keyword(schema, "additionalProperties");
    const auto names = keyword(schema, "propertyNames");
    bool fits = true;
    for (const auto& [name, content] : object(value)) {
        simdjson::dom::parser parser;
        Seen ignored;
        const bool declared = named && hasMember(*named, name);
        if (names) {
            const std::string text = "\"" + std::string(name) + "\"";
            fits = valid(*names, parser.parse(text), ignored) && fits;
        }
        if (declared || additional) {
            fits = valid(declared ? element((*named)[name]) : *additional, content, ignored) && fits;
            seen.members.insert(std::string(name));
        }
    }
    return fits;
}

bool Oracle::items(element schema, element value, Seen& seen) {
    std::vector<element> prefix;
    if (const auto first = keyword(schema, "prefixItems")) {
        for (const element each : array(*first)) {
            prefix.push_back(each);
        }
    }
    const auto rest = keyword(schema, "items");
    const auto contains = keyword(schema, "contains");
    bool fits = true;
    double matches = 0;
    std::size_t index = 0;
    for (const element item : array(value)) {
        Seen ignored;
        if (index < prefix.size() || rest) {
            fits = valid(index < prefix.size() ? prefix[index] : *rest, item, ignored) && fits;
            seen.items.insert(index);
        }
        if (contains && valid(*contains, item, ignored)) {
            ++matches;
            seen.items.insert(index);
        }
        ++index;
    }
    const auto least = keyword(schema, "minContains");
    return fits && (!contains || (matches >= (least ? number(*least) : 1) &&
                                  between(schema, "minContains", "maxContains", matches)));
}

bool Oracle::alternatives(element schema, element value, Seen& seen) {
    bool fits = true;
    for (const char* name : {"allOf", "anyOf", "oneOf"}) {
        const auto branches = keyword(schema, name);
        std::size_t passed = 0;
        for (std::size_t i = 0; branches && i < array(*branches).size(); ++i) {
            passed += adds(element(array(*branches).at(i)), value, seen) ? 1 : 0;
        }
        const std::string_view kind = name;
        fits = fits && (!branches || (kind == "allOf"   ? passed == array(*branches).size()
                                      : kind == "anyOf" ? passed > 0
                                                        : passed == 1));
    }
    return fits;
}

bool Oracle::condition(element schema, element value, Seen& seen) {
    const auto test = keyword(schema, "if");
    if (!test) {
        return true;
    }
    const bool passed = adds(*test, value, seen);
    const auto branch = keyword(schema, passed ? "then" : "else");
    return !branch || adds(*branch, value, seen);
}

bool Oracle::inPlace(element schema, element value, Seen& seen) {
    bool fits = alternatives(schema, value, seen) && condition(schema, value, seen);
    Seen ignored;
    if (const auto negated = keyword(schema, "not")) {
        fits = fits && !valid(*negated, value, ignored);
    }
    std::string_view reference;
    if (!schema["$ref"].get(reference)) {
        fits = fits && adds(reference == "#" ? _root : element(_root.at_pointer(reference.substr(1))), value, seen);
    }
    if (const auto dependent = keyword(schema, "dependentSchemas"); dependent && value.is_object()) {
        for (const auto& each : object(*dependent)) {
            fits = fits && (!hasMember(value, each.key) || adds(each.value, value, seen));
        }
    }
    return fits;
}

bool Oracle::rest(element schema, element value, Seen& seen) {
    bool fits = true;
    Seen ignored;
    if (const auto more = keyword(schema, "unevaluatedProperties"); more && value.is_object()) {
        for (const auto& [name, content] : object(value)) {
            fits = fits && (!seen.members.insert(std::string(name)).second || valid(*more, content, ignored));
        }
    }
    if (const auto more = keyword(schema, "unevaluatedItems"); more && value.is_array()) {
        for (std::size_t i = 0; i < array(value).size(); ++i) {
            fits = fits && (!seen.items.insert(i).second || valid(*more, element(array(value).at(i)), ignored));
        }
    }
    return fits;
}

bool Oracle::adds(element schema, element value, Seen& seen) {
    Seen inner;
    const bool passed = valid(schema, value, inner);
    if (passed) {
        seen.add(inner);
    }
    return passed;
}

bool Oracle::valid(element schema, element value, Seen& seen) {
    if (schema.is_bool()) {
        return bool(schema);
    }
    return assertions(schema, value) && (!value.is_object() || members(schema, value, seen)) &&
           (!value.is_array() || items(schema, value, seen)) && inPlace(schema, value, seen) &&
           rest(schema, value, seen);
}

}  // namespace aip::tests

#include "schema/keywords.h"

#include "base/json_text.h"
#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace aip::schema {
namespace {

constexpr std::uint8_t draft7Only = std::uint8_t(Dialect::draft7);
constexpr std::uint8_t currentDraft = std::uint8_t(Dialect::draft2020) | std::uint8_t(Dialect::unnamed);
constexpr std::uint8_t dropped = draft7Only | std::uint8_t(Dialect::unnamed);  ///< by 2020-12
constexpr std::uint8_t all = draft7Only | currentDraft;

constexpr std::array rows{
    KeywordRow{"$anchor", Keyword::anchor, Form::anchor, currentDraft},
    KeywordRow{"$comment", Keyword::annotation, Form::text, all},
    KeywordRow{"$defs", Keyword::definitions, Form::schemaMap, currentDraft},
    KeywordRow{"$dynamicAnchor", Keyword::dynamicAnchor, Form::anchor, currentDraft},
    KeywordRow{"$dynamicRef", Keyword::dynamicRef, Form::uri, currentDraft},
    KeywordRow{"$id", Keyword::id, Form::uri, all},
    KeywordRow{"$ref", Keyword::ref, Form::uri, all},
    KeywordRow{"$schema", Keyword::dialect, Form::uri, all},
    KeywordRow{"$vocabulary", Keyword::annotation, Form::any, currentDraft},
    KeywordRow{"additionalItems", Keyword::additionalItems, Form::schema, dropped},
    KeywordRow{"additionalProperties", Keyword::additionalProperties, Form::schema, all},
    KeywordRow{"allOf", Keyword::allOf, Form::schemas, all},
    KeywordRow{"anyOf", Keyword::anyOf, Form::schemas, all},
    KeywordRow{"const", Keyword::constant, Form::any, all},
    KeywordRow{"contains", Keyword::contains, Form::schema, all},
    KeywordRow{"contentEncoding", Keyword::annotation, Form::text, all},
    KeywordRow{"contentMediaType", Keyword::annotation, Form::text, all},
    KeywordRow{"contentSchema", Keyword::annotation, Form::any, currentDraft},
    KeywordRow{"default", Keyword::annotation, Form::any, all},
    KeywordRow{"definitions", Keyword::definitions, Form::schemaMap, all},
    KeywordRow{"dependencies", Keyword::dependencies, Form::dependencies, dropped},
    KeywordRow{"dependentRequired", Keyword::dependentRequired, Form::nameLists, currentDraft},
    KeywordRow{"dependentSchemas", Keyword::dependentSchemas, Form::schemaMap, currentDraft},
    KeywordRow{"deprecated", Keyword::annotation, Form::boolean, all},
    KeywordRow{"description", Keyword::annotation, Form::text, all},
    KeywordRow{"else", Keyword::elseSchema, Form::schema, all},
    KeywordRow{"enum", Keyword::enumeration, Form::array, all},
    KeywordRow{"examples", Keyword::annotation, Form::any, all},
    KeywordRow{"exclusiveMaximum", Keyword::exclusiveMaximum, Form::number, all},
    KeywordRow{"exclusiveMinimum", Keyword::exclusiveMinimum, Form::number, all},
    KeywordRow{"format", Keyword::annotation, Form::text, all},
    KeywordRow{"if", Keyword::ifSchema, Form::schema, all},
    KeywordRow{"items", Keyword::items, Form::items, all},
    KeywordRow{"maxContains", Keyword::maxContains, Form::count, currentDraft},
    KeywordRow{"maxItems", Keyword::maxItems, Form::count, all},
    KeywordRow{"maxLength", Keyword::maxLength, Form::count, all},
    KeywordRow{"maxProperties", Keyword::maxProperties, Form::count, all},
    KeywordRow{"maximum", Keyword::maximum, Form::number, all},
    KeywordRow{"minContains", Keyword::minContains, Form::count, currentDraft},
    KeywordRow{"minItems", Keyword::minItems, Form::count, all},
    KeywordRow{"minLength", Keyword::minLength, Form::count, all},
    KeywordRow{"minProperties", Keyword::minProperties, Form::count, all},
    KeywordRow{"minimum", Keyword::minimum, Form::number, all},
    KeywordRow{"multipleOf", Keyword::multipleOf, Form::positive, all},
    KeywordRow{"not", Keyword::notSchema, Form::schema, all},
    KeywordRow{"oneOf", Keyword::oneOf, Form::schemas, all},
    KeywordRow{"pattern", Keyword::pattern, Form::text, all},
    KeywordRow{"patternProperties", Keyword::patternProperties, Form::schemaMap, all},
    KeywordRow{"prefixItems", Keyword::prefixItems, Form::schemas, currentDraft},
    KeywordRow{"properties", Keyword::properties, Form::schemaMap, all},
    KeywordRow{"propertyNames", Keyword::propertyNames, Form::schema, all},
    KeywordRow{"readOnly", Keyword::annotation, Form::boolean, all},
    KeywordRow{"required", Keyword::required, Form::names, all},
    KeywordRow{"then", Keyword::thenSchema, Form::schema, all},
    KeywordRow{"title", Keyword::annotation, Form::text, all},
    KeywordRow{"type", Keyword::type, Form::types, all},
    KeywordRow{"unevaluatedItems", Keyword::unevaluatedItems, Form::schema, currentDraft},
    KeywordRow{"unevaluatedProperties", Keyword::unevaluatedProperties, Form::schema, currentDraft},
    KeywordRow{"uniqueItems", Keyword::uniqueItems, Form::boolean, all},
    KeywordRow{"writeOnly", Keyword::annotation, Form::boolean, all},
};

using Index = std::unordered_map<std::string_view, const KeywordRow*>;

const Index& index() {
    static const Index made = [] {
        Index byName;
        for (const KeywordRow& row : rows) {
            byName.emplace(row.name, &row);
        }
        return byName;
    }();
    return made;
}

std::string asArray(const Value& value, std::string (*problem)(const Value&)) {
    if (!value.isArray()) {
        return "expected an array";
    }
    for (Place item = value.begin(); item != value.end(); item = value.at(item).next()) {
        if (auto found = problem(value.at(item)); !found.empty()) {
            return found;
        }
    }
    return {};
}

std::string asObject(const Value& value, std::string (*problem)(const Value&)) {
    if (!value.isObject()) {
        return "expected an object";
    }
    for (Place key = value.begin(); key != value.end(); key = value.at(key + 1).next()) {
        if (auto found = problem(value.at(key + 1)); !found.empty()) {
            return found;
        }
    }
    return {};
}

std::string asString(const Value& value) {
    return value.isString() ? "" : "expected a string";
}

std::string asAnything(const Value& /*value*/) {
    return {};
}

std::string asNames(const Value& value) {
    if (auto found = asArray(value, asString); !found.empty()) {
        return found;
    }
    std::unordered_set<std::string_view> seen;
    for (Place item = value.begin(); item != value.end(); item = value.at(item).next()) {
        if (!seen.insert(value.at(item).text()).second) {
            return "'" + base::excerpt(value.at(item).text(), 80) + "' stands twice";
        }
    }
    return {};
}

std::string asAnchor(const Value& value) {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto isOther = [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (!value.isString()) {
        return "expected a string";
    }
    const std::string_view name = value.text();
    const bool good = !name.empty() && isLetter(name.front()) &&
                      std::ranges::all_of(name, [&](char c) { return isLetter(c) || isOther(c); });
    return good ? "" : "'" + base::excerpt(name, 80) + "' is not the name of an anchor";
}

std::string asSchema(const Value& value) {
    return value.isObject() || value.isBoolean() ? "" : "expected a schema: an object, true or false";
}

std::string asSchemas(const Value& value) {
    const std::string problem = asArray(value, asSchema);
    return problem.empty() && value.size() == 0 ? "expected at least one schema" : problem;
}

std::string asDependency(const Value& value) {
    return value.isArray() ? asNames(value) : asSchema(value);
}

std::string asType(const Value& value) {
    if (!value.isString()) {
        return "expected the name of a type";
    }
    return typeBit(value.text()) != 0 ? "" : "'" + base::excerpt(value.text(), 80) + "' is not a type";
}

std::string asTypes(const Value& value) {
    if (!value.isArray()) {
        return asType(value);
    }
    if (auto problem = asArray(value, asType); !problem.empty()) {
        return problem;
    }
    return value.size() == 0 ? "expected at least one type" : asNames(value);
}

std::string asNumber(const Value& value) {
    return value.isNumber() ? "" : "expected a number";
}

std::string asPositive(const Value& value) {
    return value.isNumber() && value.number().compare(Number::of(std::int64_t(0))) > 0 ? ""
                                                                                       : "expected a number above 0";
}

std::string asCount(const Value& value) {
    return value.isNumber() && value.number().isInteger() && value.number().compare(Number::of(std::int64_t(0))) >= 0
               ? ""
               : "expected an integer from 0";
}

std::string asItems(const Value& value, Dialect dialect) {
    if (value.isArray() && dialect == Dialect::draft2020) {
        return "an array is of an older dialect: use 'prefixItems'";
    }
    return value.isArray() ? asArray(value, asSchema) : asSchema(value);
}

}  // namespace

const KeywordRow* findKeyword(std::string_view name, Dialect dialect) {
    const auto found = index().find(name);
    const bool known = found != index().end() && (found->second->dialects & std::uint8_t(dialect)) != 0;
    return known ? found->second : nullptr;
}

std::string formProblem(Form form, const Value& value, Dialect dialect) {
    switch (form) {
        case Form::any:
            return {};
        case Form::boolean:
            return value.isBoolean() ? "" : "expected true or false";
        case Form::text:
        case Form::uri:
            return asString(value);
        case Form::anchor:
            return asAnchor(value);
        case Form::number:
            return asNumber(value);
        case Form::positive:
            return asPositive(value);
        case Form::count:
            return asCount(value);
        case Form::array:
            return asArray(value, asAnything);
        case Form::names:
            return asNames(value);
        case Form::nameLists:
            return asObject(value, asNames);
        case Form::types:
            return asTypes(value);
        case Form::schema:
            return asSchema(value);
        case Form::schemas:
            return asSchemas(value);
        case Form::schemaMap:
            return asObject(value, asSchema);
        case Form::items:
            return asItems(value, dialect);
        case Form::dependencies:
            return asObject(value, asDependency);
    }
    return {};
}

std::uint8_t typeBit(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::uint8_t>, 7> names{{{"null", type::null},
                                                                              {"boolean", type::boolean},
                                                                              {"object", type::object},
                                                                              {"array", type::array},
                                                                              {"string", type::string},
                                                                              {"number", type::number},
                                                                              {"integer", type::integer}}};
    const auto found = std::ranges::find_if(names, [name](const auto& each) { return each.first == name; });
    return found == names.end() ? std::uint8_t(0) : found->second;
}

std::string unknownKeyword(std::string_view name, Dialect dialect) {
    std::vector<std::string> known;
    for (const KeywordRow& row : rows) {
        if ((row.dialects & std::uint8_t(dialect)) != 0) {
            known.emplace_back(row.name);
        }
    }
    const std::string shown = base::excerpt(name, 80);
    return "unknown keyword '" + shown + "'" + base::didYouMean(shown, known);
}

}  // namespace aip::schema

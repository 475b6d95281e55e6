#pragma once

#include "schema/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aip::schema {

/// Which JSON Schema a document is written in. `unnamed` is without "$schema": 2020-12, and what it dropped of draft 7
/// ("items" with an array, "additionalItems", "definitions", "dependencies").
enum class Dialect : std::uint8_t { draft7 = 1, draft2020 = 2, unnamed = 4 };

enum class Keyword : std::uint8_t {
    annotation,  ///< says nothing about the value
    additionalItems,
    additionalProperties,
    allOf,
    anchor,
    anyOf,
    constant,
    contains,
    definitions,
    dependencies,
    dependentRequired,
    dependentSchemas,
    dialect,
    dynamicAnchor,
    dynamicRef,
    elseSchema,
    enumeration,
    exclusiveMaximum,
    exclusiveMinimum,
    id,
    ifSchema,
    items,
    maxContains,
    maximum,
    maxItems,
    maxLength,
    maxProperties,
    minContains,
    minimum,
    minItems,
    minLength,
    minProperties,
    multipleOf,
    notSchema,
    oneOf,
    pattern,
    patternProperties,
    prefixItems,
    properties,
    propertyNames,
    ref,
    required,
    thenSchema,
    type,
    unevaluatedItems,
    unevaluatedProperties,
    uniqueItems,
};

/// What the value of a keyword must be.
enum class Form : std::uint8_t {
    any,
    boolean,
    text,
    uri,
    anchor,  ///< a plain name
    number,
    positive,
    count,  ///< an integer from 0
    array,
    names,      ///< strings, each once
    nameLists,  ///< an object of `names`
    types,      ///< the name of a type, or several
    schema,
    schemas,       ///< at least one
    schemaMap,     ///< an object of schemas
    items,         ///< a schema; in the older way an array of them
    dependencies,  ///< an object of schemas or `names`
};

struct KeywordRow {
    std::string_view name;
    Keyword keyword;
    Form form;
    std::uint8_t dialects;
};

/// Null if the dialect does not know `name`.
const KeywordRow* findKeyword(std::string_view name, Dialect dialect);

/// What is wrong with the form of a keyword's value, empty if nothing is. Schemas inside are not looked at.
std::string formProblem(Form form, const Value& value, Dialect dialect);

/// The bit of a type's name, 0 if there is none.
std::uint8_t typeBit(std::string_view name);

/// For a keyword that is unknown: "unknown keyword 'requird'; did you mean 'required'?".
std::string unknownKeyword(std::string_view name, Dialect dialect);

}  // namespace aip::schema

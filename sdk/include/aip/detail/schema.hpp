// C++ types to JSON Schema, in the shape in which FastMCP writes it.
#pragma once

#include "param.hpp"
#include "types.hpp"
#include "write.hpp"

#include <cctype>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aip::detail {

/// A JSON Schema: keywords and their values as JSON text.
using Schema = std::map<std::string, std::string>;

inline std::string toText(const Schema& schema) {
    std::string out;
    char separator = '{';
    for (const auto& [keyword, value] : schema) {
        out += separator + jsonString(keyword) + ":" + value;
        separator = ',';
    }
    return out.empty() ? "{}" : out + "}";
}

/// "max_count" -> "Max Count"
inline std::string titleOf(std::string_view name) {
    std::string title;
    for (const char c : name) {
        const bool first = title.empty() || title.back() == ' ';
        title += c == '_' ? ' ' : first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    return title;
}

/// One property of an object: its schema, and whether it must be there.
struct Property {
    std::string name;
    Schema schema;
    bool required;
};

inline Schema objectSchema(const std::vector<Property>& properties) {
    std::string members;
    std::vector<std::string> required;
    for (const auto& property : properties) {
        members += members.empty() ? '{' : ',';
        members += jsonString(property.name) + ":" + toText(property.schema);
        if (property.required) {
            required.push_back(property.name);
        }
    }
    Schema schema{{"type", jsonString("object")},
                  {"properties", members.empty() ? "{}" : members + "}"},
                  {"additionalProperties", "false"}};
    if (!required.empty()) {
        schema["required"] = toJson(required);
    }
    return schema;
}

template <typename T>
Schema schemaOf();

template <typename T>
Property propertyOf(const Param& param);

template <Integer T>
Schema integerSchema() {
    Schema schema{{"type", jsonString("integer")}};
    if constexpr (sizeof(T) < sizeof(std::int64_t) || std::is_unsigned_v<T>) {
        schema["minimum"] = toJson(std::numeric_limits<T>::min());
    }
    if constexpr (sizeof(T) < sizeof(std::int64_t)) {
        schema["maximum"] = toJson(std::numeric_limits<T>::max());
    }
    return schema;
}

template <NamedEnum T>
Schema enumSchema() {
    std::vector<std::string> all;
    for (const auto& [value, name] : enumNames(T{})) {
        all.emplace_back(name);
    }
    return {{"type", jsonString("string")}, {"enum", toJson(all)}};
}

template <Struct T>
Schema structSchema() {
    std::vector<Property> properties;
    forEach(fieldsOf<T>(), [&]<typename Field>(const Field& field) {
        properties.push_back(propertyOf<typename Field::Type>(field.param));
    });
    return objectSchema(properties);
}

inline Schema orNull(const Schema& schema) {
    return {{"anyOf", "[" + toText(schema) + "," + toText({{"type", jsonString("null")}}) + "]"}};
}

template <typename T>
Schema schemaOf() {
    if constexpr (std::same_as<T, Json>) {
        return {};
    } else if constexpr (std::same_as<T, Object>) {
        return {{"type", jsonString("object")}};
    } else if constexpr (std::same_as<T, bool>) {
        return {{"type", jsonString("boolean")}};
    } else if constexpr (Integer<T>) {
        return integerSchema<T>();
    } else if constexpr (std::floating_point<T>) {
        return {{"type", jsonString("number")}};
    } else if constexpr (CText<T>) {
        return orNull({{"type", jsonString("string")}});
    } else if constexpr (Text<T>) {
        return {{"type", jsonString("string")}};
    } else if constexpr (NamedEnum<T>) {
        return enumSchema<T>();
    } else if constexpr (Optional<T>) {
        return orNull(schemaOf<typename T::value_type>());
    } else if constexpr (List<T>) {
        return {{"type", jsonString("array")}, {"items", toText(schemaOf<typename T::value_type>())}};
    } else if constexpr (Dictionary<T>) {
        return {{"type", jsonString("object")}, {"additionalProperties", toText(schemaOf<typename T::mapped_type>())}};
    } else if constexpr (Struct<T>) {
        return structSchema<T>();
    } else {
        static_assert(unsupported<T>, "this type has no JSON Schema: see sdk/README.md, Types");
    }
}

template <typename T>
Schema limited(const Param& param) {
    if constexpr (Optional<T>) {
        return orNull(limited<typename T::value_type>(param));
    } else {
        Schema schema = schemaOf<T>();
        for (const auto& [keyword, value] : param.limits()) {
            schema[keyword] = value;
        }
        return schema;
    }
}

/// `schema` with what the author says beside the type.
template <typename T>
Property described(const Param& param, Schema schema) {
    schema["title"] = jsonString(titleOf(param.name()));
    if (!param.description().empty()) {
        schema["description"] = jsonString(param.description());
    }
    if (param.fallback() || Optional<T>) {
        schema["default"] = param.fallback().value_or("null");
    }
    return {param.name(), schema, !schema.contains("default")};
}

/// A parameter or a member of a struct. Where there is a default, null stands for it.
template <typename T>
Property propertyOf(const Param& param) {
    constexpr bool takesNull = AnyOf<T, Json> || Optional<T>;
    return described<T>(param, param.fallback() && !takesNull ? orNull(limited<T>(param)) : limited<T>(param));
}

/// A setting: a configuration leaves out what it does not set.
template <typename T>
Property settingOf(const Param& param) {
    return described<T>(param, limited<T>(param));
}

/// The schema of a result: objects as they are, anything else in the wrapping that FastMCP uses; "null" if unknown.
template <typename T>
std::string outputSchemaOf() {
    if constexpr (AnyOf<T, void, Json>) {
        return "null";
    } else if constexpr (std::same_as<T, Object> || Dictionary<T> || Struct<T>) {
        return toText(schemaOf<T>());
    } else {
        Schema wrapped = schemaOf<T>();
        wrapped["title"] = jsonString("Result");
        return toText({{"properties", toText({{"result", toText(wrapped)}})},
                       {"required", "[\"result\"]"},
                       {"title", jsonString("_WrappedResult")},
                       {"type", jsonString("object")},
                       {"x-fastmcp-wrap-result", "true"}});
    }
}

}  // namespace aip::detail

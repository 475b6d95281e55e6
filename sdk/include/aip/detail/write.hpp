// C++ values to JSON text.
#pragma once

#include "error.hpp"
#include "forms.hpp"
#include "json.hpp"
#include "types.hpp"

#include <charconv>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>

namespace aip::detail {

template <typename T>
void writeNumber(std::string& out, T value) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    out.append(std::begin(digits), end);
}

template <std::floating_point T>
void writeFloating(std::string& out, T value) {
    if (std::isfinite(value)) {
        writeNumber(out, static_cast<double>(value));
    } else {
        out += "null";  // JSON has no other word for it
    }
}

template <NamedEnum T>
void writeEnum(std::string& out, T value) {
    for (const auto& [candidate, name] : enumNames(value)) {
        if (candidate == value) {
            return appendString(out, name);
        }
    }
    throw Error(Code::internal, "a value without a name in an enumeration");
}

template <List T>
void writeList(std::string& out, const T& list) {
    char separator = '[';
    for (const typename T::value_type& item : list) {
        out += separator;
        write(out, item);
        separator = ',';
    }
    out += list.empty() ? "[]" : "]";
}

template <Dictionary T>
void writeDictionary(std::string& out, const T& dictionary) {
    char separator = '{';
    for (const auto& [name, value] : dictionary) {
        out += separator;
        appendString(out, name);
        out += ':';
        write(out, value);
        separator = ',';
    }
    out += dictionary.empty() ? "{}" : "}";
}

template <Struct T>
void writeStruct(std::string& out, const T& value) {
    char separator = '{';
    forEach(fieldsOf<T>(), [&](const auto& field) {
        out += separator;
        appendString(out, field.param.name());
        out += ':';
        write(out, value.*field.member);
        separator = ',';
    });
    out += separator == '{' ? "{}" : "}";
}

/// Appends `value` as JSON.
template <typename T>
void write(std::string& out, const T& value) {
    if constexpr (std::same_as<T, Json>) {
        out += value.text;
    } else if constexpr (std::same_as<T, Object>) {
        out += value.text();
    } else if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (Integer<T>) {
        writeNumber(out, value);
    } else if constexpr (std::floating_point<T>) {
        writeFloating(out, value);
    } else if constexpr (AnyOf<T, std::nullptr_t, std::nullopt_t>) {
        out += "null";
    } else if constexpr (CText<T>) {
        value ? appendString(out, value) : write(out, nullptr);
    } else if constexpr (Text<T>) {
        appendString(out, value);
    } else if constexpr (NamedEnum<T>) {
        writeEnum(out, value);
    } else if constexpr (Optional<T>) {
        value ? write(out, *value) : write(out, nullptr);
    } else if constexpr (List<T>) {
        writeList(out, value);
    } else if constexpr (Dictionary<T>) {
        writeDictionary(out, value);
    } else if constexpr (Struct<T>) {
        writeStruct(out, value);
    } else {
        static_assert(sizeof(FormOf<T, true>) > 0);
    }
}

template <typename T>
std::string toJson(const T& value) {
    std::string out;
    write(out, value);
    return out;
}

}  // namespace aip::detail

// JSON text to C++ values, checked. simdjson is used here and nowhere else.
#pragma once

#include "error.hpp"
#include "param.hpp"
#include "types.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace aip::detail {

using Value = simdjson::ondemand::value;

template <typename T>
T read(Value value);

inline void check(simdjson::error_code error, const std::string& expected) {
    if (error == simdjson::INCORRECT_TYPE || error == simdjson::NUMBER_ERROR) {
        throw Error(Code::invalid, "expected " + expected);
    }
    if (error != simdjson::SUCCESS) {
        throw Error(Code::invalid, simdjson::error_message(error));
    }
}

inline bool isNull(Value& value) {
    bool null = false;
    return value.is_null().get(null) == simdjson::SUCCESS && null;
}

/// A view into the document if the text has no escapes, else into the parser's own buffer.
inline std::string_view readText(Value& value) {
    const std::string_view token = value.raw_json_token();
    if (token.front() == '"' && std::memchr(token.data(), '\\', token.size()) == nullptr) {
        return token.substr(1, token.rfind('"') - 1);
    }
    std::string_view text;
    check(value.get_string().get(text), "a string");
    return text;
}

/// A double that stands for an integer, as 3.0 does.
template <Integer T>
bool fromDouble(double number, T& out) {
    if (number != std::trunc(number)) {
        return false;
    }
    if (number >= -0x1p63 && number < 0x1p63) {
        const auto whole = static_cast<std::int64_t>(number);
        out = static_cast<T>(whole);
        return std::in_range<T>(whole);
    }
    if (number >= 0x1p63 && number < 0x1p64) {
        const auto whole = static_cast<std::uint64_t>(number);
        out = static_cast<T>(whole);
        return std::in_range<T>(whole);
    }
    return false;
}

template <Integer T>
bool fromNumber(simdjson::ondemand::number& number, T& out) {
    if (number.is_double()) {
        return fromDouble(number.get_double(), out);
    }
    if (number.is_uint64()) {
        out = static_cast<T>(number.get_uint64());
        return std::in_range<T>(number.get_uint64());
    }
    out = static_cast<T>(number.get_int64());
    return std::in_range<T>(number.get_int64());
}

template <Integer T>
T readInteger(Value& value) {
    const std::string expected =
        "an integer from " + toJson(std::numeric_limits<T>::min()) + " to " + toJson(std::numeric_limits<T>::max());
    simdjson::ondemand::number number;
    check(value.get_number().get(number), expected);
    T out{};
    if (!fromNumber(number, out)) {
        throw Error(Code::invalid, "expected " + expected);
    }
    return out;
}

template <NamedEnum T>
T readEnum(Value& value) {
    const std::string_view text = readText(value);
    std::string expected;
    for (const auto& [candidate, name] : enumNames(T{})) {
        if (name == text) {
            return candidate;
        }
        expected += expected.empty() ? "" : ", ";
        expected += name;
    }
    throw Error(Code::invalid, "expected one of " + expected);
}

template <List T>
T readList(Value& value) {
    simdjson::ondemand::array array;
    check(value.get_array().get(array), "an array");
    T list;
    for (auto item : array) {
        list.push_back(within("[" + toJson(list.size()) + "]", [&] {
            Value element;
            check(item.get(element), "a value");
            return read<typename T::value_type>(element);
        }));
    }
    return list;
}

inline simdjson::ondemand::object objectIn(Value& value) {
    simdjson::ondemand::object object;
    check(value.get_object().get(object), "an object");
    return object;
}

/// Calls `onMember(name, value)` for each member of an object.
template <typename OnMember>
void readObject(simdjson::ondemand::object object, OnMember&& onMember) {
    for (auto member : object) {
        std::string_view name;
        check(member.unescaped_key().get(name), "a name");
        within(name, [&] {
            Value value;
            check(member.value().get(value), "a value");
            onMember(name, value);
        });
    }
}

template <Dictionary T>
T readDictionary(Value& value) {
    T dictionary;
    readObject(objectIn(value), [&](std::string_view name, Value& member) {
        // The name may stand in the parser's buffer, which reading the value does not move.
        dictionary.insert_or_assign(std::string(name), read<typename T::mapped_type>(member));
    });
    return dictionary;
}

/// Reads an object whose members are known: `onMember(index, value)` for each. Unknown and repeated ones are errors.
/// Returns which were given.
template <std::size_t N, typename OnMember>
std::array<bool, N> readMembers(simdjson::ondemand::object object, const std::array<std::string_view, N>& names,
                                OnMember&& onMember) {
    std::array<bool, N> given{};
    readObject(object, [&](std::string_view name, Value& value) {
        const auto place = std::find(names.begin(), names.end(), name);
        const auto index = static_cast<std::size_t>(place - names.begin());
        if (place == names.end()) {
            throw Error(Code::invalid, "unknown");
        }
        if (std::exchange(given[index], true)) {
            throw Error(Code::invalid, "given twice");
        }
        onMember(index, value);
    });
    return given;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

/// simdjson reads up to SIMDJSON_PADDING bytes after a text. Where they lie on the text's own last page, they can be
/// read whatever they are, and a large text need not be copied. The sanitizers do not know that.
inline bool isPadded(std::string_view text) {
    constexpr std::size_t worthwhile = 64U << 10U;
    constexpr std::uintptr_t smallestPage = 4096;
    const auto last = reinterpret_cast<std::uintptr_t>(text.data() + text.size() - 1);
    return !sanitized && text.size() >= worthwhile && last % smallestPage + simdjson::SIMDJSON_PADDING < smallestPage;
}

/// A JSON text under reading, which lives as long as this. Views read from it live as long as it does.
class Document {
  public:
    explicit Document(std::string_view json) {
        if (isPadded(json)) {
            const std::size_t readable = json.size() + simdjson::SIMDJSON_PADDING;
            begin(simdjson::padded_string_view(json.data(), json.size(), readable));
        } else {
            _copy = simdjson::padded_string(json);
            begin(_copy);
        }
    }

    simdjson::ondemand::object object() {
        simdjson::ondemand::object object;
        check(_document.get_object().get(object), "an object");
        return object;
    }

    simdjson::ondemand::array array() {
        simdjson::ondemand::array array;
        check(_document.get_array().get(array), "an array");
        return array;
    }

  private:
    void begin(simdjson::padded_string_view text) { check(_parser.iterate(text).get(_document), "JSON"); }

    simdjson::padded_string _copy;
    simdjson::ondemand::parser _parser;
    simdjson::ondemand::document _document;
};

/// A value from its own text.
template <typename T>
T readJson(std::string_view json) {
    // On-Demand hands out a scalar as a value only from within something.
    const std::string wrapped = "[" + std::string(json) + "]";  // read in place if it is large
    Document document(wrapped);
    auto array = document.array();
    for (auto item : array) {
        Value value;
        check(item.get(value), "a value");
        return read<T>(value);
    }
    throw Error(Code::invalid, "expected a value");
}

/// The value of something that was not given.
template <typename T>
T absent(const Param& param) {
    if (param.fallback()) {
        return readJson<T>(*param.fallback());
    }
    if constexpr (Optional<T>) {
        return std::nullopt;
    } else {
        throw Error(Code::invalid, "missing");
    }
}

/// `value` as T; null is the default, where there is one.
template <typename T>
T readOr(Value& value, const Param& param) {
    return param.fallback() && isNull(value) ? absent<T>(param) : read<T>(value);
}

template <typename Tuple>
auto namesOf(const Tuple& described) {
    return std::apply(
        [](const auto&... each) { return std::array<std::string_view, sizeof...(each)>{each.param.name()...}; },
        described);
}

template <Struct T>
T readStruct(Value& value) {
    const auto& fields = fieldsOf<T>();
    T out{};
    const auto given = readMembers(objectIn(value), namesOf(fields), [&](std::size_t index, Value& member) {
        visitAt(fields, index, [&]<typename Field>(const Field& field) {
            out.*field.member = readOr<typename Field::Type>(member, field.param);
        });
    });
    forEach(fields, [&, i = std::size_t{0}]<typename Field>(const Field& field) mutable {
        if (!given[i++]) {
            out.*field.member = within(field.param.name(), [&] { return absent<typename Field::Type>(field.param); });
        }
    });
    return out;
}

/// `value` as T; an Error says what was expected and where.
template <typename T>
T read(Value value) {
    if constexpr (std::same_as<T, Json>) {
        std::string_view text;
        check(simdjson::to_json_string(value).get(text), "JSON");
        return {std::string(text)};
    } else if constexpr (std::same_as<T, bool>) {
        bool out = false;
        check(value.get_bool().get(out), "true or false");
        return out;
    } else if constexpr (Integer<T>) {
        return readInteger<T>(value);
    } else if constexpr (std::floating_point<T>) {
        double out = 0;
        check(value.get_double().get(out), "a number");
        return static_cast<T>(out);
    } else if constexpr (AnyOf<T, std::string, std::string_view>) {
        return T(readText(value));
    } else if constexpr (NamedEnum<T>) {
        return readEnum<T>(value);
    } else if constexpr (Optional<T>) {
        return isNull(value) ? T{} : T(read<typename T::value_type>(value));
    } else if constexpr (List<T>) {
        return readList<T>(value);
    } else if constexpr (Dictionary<T>) {
        return readDictionary<T>(value);
    } else if constexpr (Struct<T>) {
        return readStruct<T>(value);
    } else {
        static_assert(unsupported<T>, "this type cannot be read from JSON: see sdk/README.md, Types");
    }
}

}  // namespace aip::detail

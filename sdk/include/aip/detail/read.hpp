// JSON text to C++ values, checked: aip/json.h with types.
#pragma once

#include "../json.h"
#include "error.hpp"
#include "forms.hpp"
#include "param.hpp"
#include "types.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace aip::detail {

class Document;

/// A value in a document, which outlives it.
struct Value {
    aip_json json;
    Document* document;
};

template <typename T>
T read(const Value& value);

/// A JSON text under reading. It is not copied and stays as long as this; views read from it live as long as both.
class Document {
  public:
    explicit Document(std::string_view json) {
        if (const char* problem = aip_json_scan(borrow(json), &_root)) {
            const auto place = json.size() - static_cast<std::size_t>(_root.end - _root.at);
            throw Error(Code::invalid, "not valid JSON: " + std::string(problem) + " at byte " + toJson(place));
        }
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    Value root() { return {_root, this}; }

    /// Keeps a text that does not stand in the document as it is.
    std::string_view keep(std::string text) { return _kept.emplace_front(std::move(text)); }

  private:
    aip_json _root{};
    std::forward_list<std::string> _kept;
};

[[noreturn]] inline void expected(const std::string& what) {
    throw Error(Code::invalid, "expected " + what);
}

inline bool isNull(const Value& value) {
    return aip_json_is_null(value.json) != 0;
}

inline std::string unescaped(aip_text inside) {
    std::string text(inside.size, '\0');
    text.resize(aip_json_unescape(inside, text.data()));
    return text;
}

template <AnyOf<std::string, std::string_view> T>
T readText(const Value& value) {
    aip_text inside;
    if (aip_json_view(value.json, &inside) != 0) {
        return T(view(inside));
    }
    if (!inside.data) {
        expected("a string");
    }
    if constexpr (std::same_as<T, std::string>) {
        return unescaped(inside);
    } else {
        return value.document->keep(unescaped(inside));
    }
}

inline bool readBool(const Value& value) {
    int out = 0;
    if (aip_json_bool(value.json, &out) == 0) {
        expected("true or false");
    }
    return out != 0;
}

inline double readDouble(const Value& value) {
    double out = 0;
    if (aip_json_double(value.json, &out) == 0) {
        expected("a number");
    }
    return out;
}

template <Integer T>
T readInteger(const Value& value) {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> out = 0;
    int fits = 0;
    if constexpr (std::is_signed_v<T>) {
        fits = aip_json_int64(value.json, &out);
    } else {
        fits = aip_json_uint64(value.json, &out);
    }
    if (fits == 0 || !std::in_range<T>(out)) {
        expected("an integer from " + toJson(std::numeric_limits<T>::min()) + " to " +
                 toJson(std::numeric_limits<T>::max()));
    }
    return static_cast<T>(out);
}

template <NamedEnum T>
T readEnum(const Value& value) {
    const auto text = readText<std::string>(value);
    std::string all;
    for (const auto& [candidate, name] : enumNames(T{})) {
        if (name == text) {
            return candidate;
        }
        all += all.empty() ? "" : ", ";
        all += name;
    }
    expected("one of " + all);
}

template <List T>
T readList(const Value& value) {
    if (aip_json_type(value.json) != AIP_JSON_ARRAY) {
        expected("an array");
    }
    T list;
    for (auto item = aip_json_items_of(value.json); aip_json_next(&item) != 0;) {
        try {
            list.push_back(read<typename T::value_type>({item.value, value.document}));
        } catch (const Error& error) {
            throw error.within("[" + toJson(list.size()) + "]");
        }
    }
    return list;
}

/// Calls `onMember(name, value)` for each member of an object.
template <typename OnMember>
void readObject(const Value& object, OnMember&& onMember) {
    if (aip_json_type(object.json) != AIP_JSON_OBJECT) {
        expected("an object");
    }
    for (auto member = aip_json_items_of(object.json); aip_json_next(&member) != 0;) {
        const auto name = readText<std::string>({member.name, object.document});
        within(name, [&] { onMember(name, Value{member.value, object.document}); });
    }
}

template <Dictionary T>
T readDictionary(const Value& value) {
    T dictionary;
    readObject(value, [&](const std::string& name, const Value& member) {
        dictionary.insert_or_assign(name, read<typename T::mapped_type>(member));
    });
    return dictionary;
}

/// Reads an object whose members are known: `onMember(index, value)` for each. Unknown and repeated ones are errors.
/// Returns which were given.
template <std::size_t N, typename OnMember>
std::array<bool, N> readMembers(const Value& object, const std::array<std::string_view, N>& names,
                                OnMember&& onMember) {
    std::array<bool, N> given{};
    readObject(object, [&](std::string_view name, const Value& value) {
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

/// A value from its own text.
template <typename T>
T readJson(std::string_view json) {
    static_assert(!std::same_as<T, std::string_view>, "aip: nobody would own the text: take a std::string");
    Document document(json);
    return read<T>(document.root());
}

/// The value of something that was not given; `document` keeps what it refers to.
template <typename T>
T absent(const Param& param, Document& document) {
    if (param.fallback()) {
        return read<T>({Document(*param.fallback()).root().json, &document});
    }
    if constexpr (Optional<T>) {
        return std::nullopt;
    } else {
        throw Error(Code::invalid, "missing");
    }
}

/// `value` as T; null is the default, where there is one.
template <typename T>
T readOr(const Value& value, const Param& param) {
    return param.fallback() && isNull(value) ? absent<T>(param, *value.document) : read<T>(value);
}

template <typename Tuple>
auto namesOf(const Tuple& described) {
    return std::apply(
        [](const auto&... each) { return std::array<std::string_view, sizeof...(each)>{each.param.name()...}; },
        described);
}

template <Struct T>
T readStruct(const Value& value) {
    const auto& fields = fieldsOf<T>();
    T out{};
    const auto given = readMembers(value, namesOf(fields), [&](std::size_t index, const Value& member) {
        visitAt(fields, index, [&]<typename Field>(const Field& field) {
            out.*field.member = readOr<typename Field::Type>(member, field.param);
        });
    });
    forEach(fields, [&, i = std::size_t{0}]<typename Field>(const Field& field) mutable {
        if (!given[i++]) {
            out.*field.member =
                within(field.param.name(), [&] { return absent<typename Field::Type>(field.param, *value.document); });
        }
    });
    return out;
}

/// `value` as T; an Error says what was expected and where.
template <typename T>
T read(const Value& value) {
    if constexpr (std::same_as<T, Json>) {
        return {std::string(view(aip_json_raw(value.json)))};
    } else if constexpr (std::same_as<T, bool>) {
        return readBool(value);
    } else if constexpr (Integer<T>) {
        return readInteger<T>(value);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(readDouble(value));
    } else if constexpr (AnyOf<T, std::string, std::string_view>) {
        return readText<T>(value);
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
        static_assert(sizeof(FormOf<T>) > 0);
    }
}

}  // namespace aip::detail

namespace aip {

/// A JSON text as a T, checked as a parameter of that type is; an Error, INVALID, says what was expected and where.
template <typename T>
T parse(std::string_view json) {
    return detail::readJson<T>(json);
}
template <typename T>
T parse(const Json& json) {
    return detail::readJson<T>(json.text);
}

}  // namespace aip

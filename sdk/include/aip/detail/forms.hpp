// Which types have a JSON form, and what to tell the author of one that has none.
#pragma once

#include "json.hpp"
#include "types.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace aip::detail {

/// What stands in the way of a type; `none` for those with a JSON form.
enum class Obstacle { none, pointer, character, enumeration, structure, key, recursion, construction, object, other };

/// A type and what stands in the way of it, which may be a type within it.
template <Obstacle What, typename T>
struct Found {
    static constexpr Obstacle obstacle = What;
    using Type = T;
};

/// `Written`: of a result, which may hold more than can be read. `Around`: the structs that it is a part of.
template <bool Written, typename T, typename... Around>
constexpr auto findObstacle();

template <typename T>
constexpr bool isInStd() {
    return std::string_view(__PRETTY_FUNCTION__).find("T = std::") != std::string_view::npos;
}

/// Containers, pairs, times and the like: nothing that an author could give fields to.
template <typename T>
concept OfTheLibrary = isInStd<T>() || requires {
    typename T::value_type;
} || requires {
    typename T::first_type;
} || requires {
    std::tuple_size<T>::value;
};

/// The first that is in the way.
template <typename First, typename... Rest>
constexpr auto firstOf(First first, Rest... rest) {
    if constexpr (First::obstacle != Obstacle::none || sizeof...(Rest) == 0) {
        return first;
    } else {
        return firstOf(rest...);
    }
}

template <bool Written, typename... Around, typename... Fields>
constexpr auto findInFields(const std::tuple<Fields...>*) {
    return firstOf(findObstacle<Written, typename Fields::Type, Around...>()..., Found<Obstacle::none, void>{});
}

template <bool Written, typename T, typename... Around>
constexpr auto findObstacle() {
    if constexpr (AnyOf<T, Around...>) {
        return Found<Obstacle::recursion, T>{};
    } else if constexpr (AnyOf<T, Json, bool, std::string, std::string_view> || Integer<T> || std::floating_point<T> ||
                         NamedEnum<T> || (Written && (AnyOf<T, Object, std::nullptr_t, std::nullopt_t> || Text<T>))) {
        return Found<Obstacle::none, T>{};
    } else if constexpr (Optional<T> || List<T>) {
        return findObstacle<Written, typename T::value_type, Around...>();
    } else if constexpr (Dictionary<T>) {
        return findObstacle<Written, typename T::mapped_type, Around...>();
    } else if constexpr (Struct<T> && !Written && !std::is_default_constructible_v<T>) {
        return Found<Obstacle::construction, T>{};
    } else if constexpr (Struct<T>) {
        return findInFields<Written, T, Around...>(static_cast<const decltype(T::fields())*>(nullptr));
    } else if constexpr (std::is_pointer_v<T> || requires { typename T::element_type; }) {
        return Found<Obstacle::pointer, T>{};
    } else if constexpr (std::integral<T>) {
        return Found<Obstacle::character, T>{};
    } else if constexpr (std::is_enum_v<T>) {
        return Found<Obstacle::enumeration, T>{};
    } else if constexpr (isOne<T, std::map>) {
        return Found<Obstacle::key, T>{};
    } else if constexpr (std::same_as<T, Object>) {
        return Found<Obstacle::object, T>{};
    } else if constexpr (std::is_class_v<T> && !OfTheLibrary<T>) {
        return Found<Obstacle::structure, T>{};
    } else {
        return Found<Obstacle::other, T>{};
    }
}

/// Says in a sentence of its own what is in the way of a type.
template <Obstacle What, typename Type>
struct Form {
    static_assert(
        What != Obstacle::pointer,
        "aip: a pointer has no JSON form: take a value, std::string for a text, std::optional<T> for what may "
        "be absent");
    static_assert(What != Obstacle::character, "aip: a character has no JSON form: take a std::string or an integer");
    static_assert(
        What != Obstacle::enumeration,
        "aip: this enumeration has no names: write 'constexpr auto enumNames(E) { return aip::names<E>({{E::a, "
        "\"a\"}}); }' beside it");
    static_assert(What != Obstacle::structure,
                  "aip: this struct does not list its members: give it a public 'static auto fields() { return "
                  "aip::fields(aip::field(\"x\", &S::x)); }'");
    static_assert(What != Obstacle::key, "aip: the keys of a JSON object are texts: take a std::map<std::string, T>");
    static_assert(What != Obstacle::recursion,
                  "aip: a struct that contains itself cannot be described: take aip::Json");
    static_assert(
        What != Obstacle::construction,
        "aip: a struct that is read needs a public default constructor: its members are filled in one by one");
    static_assert(What != Obstacle::object, "aip: aip::Object is written, not read: take aip::Json, a struct or a map");
    static_assert(
        What != Obstacle::other,
        "aip: this type has no JSON form: see 'Types' in sdk/README.md (std::vector, std::map, std::optional, "
        "structs, enums, text, numbers)");
};

template <typename T, bool Written = false>
inline constexpr bool hasForm = decltype(findObstacle<Written, T>())::obstacle == Obstacle::none;

template <typename T, bool Written = false>
using FormOf =
    Form<decltype(findObstacle<Written, T>())::obstacle, typename decltype(findObstacle<Written, T>())::Type>;

}  // namespace aip::detail

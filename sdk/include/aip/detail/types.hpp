// What can be a parameter, a setting or a result: the kinds of types that have a JSON form.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace aip {

/// The table of an enumeration's names:
///     enum class Color { red, green };
///     constexpr auto enumNames(Color) { return aip::names<Color>({{Color::red, "red"}, {Color::green, "green"}}); }
template <typename E, std::size_t N>
constexpr std::array<std::pair<E, std::string_view>, N> names(const std::pair<E, std::string_view> (&table)[N]) {
    return std::to_array(table);
}

namespace detail {

template <typename T, template <typename...> typename Template>
inline constexpr bool isOne = false;
template <typename... Args, template <typename...> typename Template>
inline constexpr bool isOne<Template<Args...>, Template> = true;

template <typename T, typename... Others>
concept AnyOf = (std::same_as<T, Others> || ...);

template <typename T>
concept Integer = std::integral<T> && !AnyOf<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

template <typename T>
concept Text = std::convertible_to<const T&, std::string_view>;

/// Written, never read; without an address it is null.
template <typename T>
concept CText = std::is_pointer_v<T> && Text<T>;

template <typename T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) {
    enumNames(value);
};

template <typename T>
concept Optional = isOne<T, std::optional>;

template <typename T>
concept List = isOne<T, std::vector>;

template <typename T>
concept Dictionary = isOne<T, std::map> && std::same_as<typename T::key_type, std::string>;

/// A struct that lists its members: static auto fields() { return aip::fields(aip::field("x", &Point::x), ...); }
template <typename T>
concept Struct = std::is_class_v<T> && requires {
    T::fields();
};

template <typename T>
inline constexpr bool unsupported = false;

/// Calls `use` with each element of a tuple, in order.
template <typename Tuple, typename Use>
void forEach(Tuple&& tuple, Use&& use) {
    std::apply([&use](auto&&... element) { (use(element), ...); }, std::forward<Tuple>(tuple));
}

/// The field list of a struct, made once.
template <Struct T>
const auto& fieldsOf() {
    static const auto all = T::fields();
    return all;
}

/// Calls `use` with the element of a tuple at `index`.
template <typename Tuple, typename Use>
void visitAt(Tuple&& tuple, std::size_t index, Use&& use) {
    forEach(std::forward<Tuple>(tuple), [&, i = std::size_t{0}](auto&& element) mutable {
        if (i++ == index) {
            use(element);
        }
    });
}

}  // namespace detail
}  // namespace aip

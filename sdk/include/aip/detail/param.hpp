// What an author says about a parameter, a setting or a member of a struct.
#pragma once

#include "types.hpp"
#include "write.hpp"

#include <concepts>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace aip {

/// Name, description, default and limits. The type comes from the C++ side.
class Param {
  public:
    Param(std::string name, std::string description = {})
        : _name(std::move(name)), _description(std::move(description)) {}
    Param(const char* name) : _name(name) {}

    template <typename T>
    Param& fallback(const T& value) {
        _fallback = detail::toJson(value);
        return *this;
    }

    template <typename T>
    Param& min(T value) {
        return limit("minimum", value);
    }
    template <typename T>
    Param& max(T value) {
        return limit("maximum", value);
    }
    Param& minLength(std::size_t characters) { return limit("minLength", characters); }
    Param& maxLength(std::size_t characters) { return limit("maxLength", characters); }
    Param& minItems(std::size_t count) { return limit("minItems", count); }
    Param& maxItems(std::size_t count) { return limit("maxItems", count); }
    /// An ECMA-262 regular expression that the text must contain a match of: anchor it with ^ and $.
    Param& pattern(std::string_view expression) { return limit("pattern", expression); }
    /// A setting that the agent shows to nobody: not in --print-config, not in an error.
    Param& secret() { return limit("writeOnly", true); }
    template <typename T>
    Param& oneOf(std::initializer_list<T> values) {
        return limit("enum", std::vector<T>(values));
    }

    const std::string& name() const { return _name; }
    const std::string& description() const { return _description; }
    /// The default as JSON text.
    const std::optional<std::string>& fallback() const { return _fallback; }
    /// JSON Schema keywords and their values as JSON text.
    const std::map<std::string, std::string>& limits() const { return _limits; }

  private:
    template <typename T>
    Param& limit(const char* keyword, const T& value) {
        _limits[keyword] = detail::toJson(value);
        return *this;
    }

    std::string _name;
    std::string _description;
    std::optional<std::string> _fallback;
    std::map<std::string, std::string> _limits;
};

/// A parameter that must be given, or may be left out if its type is std::optional.
inline Param param(std::string name, std::string description = {}) {
    return {std::move(name), std::move(description)};
}

/// A parameter with a default.
template <typename T>
Param param(std::string name, std::string description, const T& fallback) {
    return Param(std::move(name), std::move(description)).fallback(fallback);
}

namespace detail {
template <typename Class, typename T>
struct Field {
    using Type = T;
    Param param;
    T Class::*member;
};
}  // namespace detail

/// One member of a struct: aip::field("x", &Point::x) or aip::field(aip::param("x", "Column", 0).min(0), &Point::x).
template <typename Class, typename T>
detail::Field<Class, T> field(Param param, T Class::*member) {
    return {std::move(param), member};
}

template <typename... Fields>
std::tuple<Fields...> fields(Fields... all) {
    return {std::move(all)...};
}

}  // namespace aip

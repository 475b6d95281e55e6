#pragma once

#include "base/json_parser.h"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

/// Readers of what a stranger says. They take anything: what is absent or of another type is none. For the sources of
/// this room.
namespace aip::mcp::reading {

using simdjson::dom::element;

inline std::optional<element> at(element object, std::string_view name) {
    element found;
    return object[name].get(found) == simdjson::SUCCESS ? std::optional(found) : std::nullopt;
}

template <typename Value>
std::optional<Value> valueAt(element object, std::string_view name) {
    Value found{};
    return object[name].get(found) == simdjson::SUCCESS ? std::optional(found) : std::nullopt;
}

inline std::string textAt(element object, std::string_view name) {
    return std::string(valueAt<std::string_view>(object, name).value_or(""));
}

inline bool isTrue(element object, std::string_view name) {
    return valueAt<bool>(object, name).value_or(false);
}

/// As JSON; empty if it is absent, null or of another type.
inline std::string objectAt(element object, std::string_view name) {
    const auto found = at(object, name);
    return found && found->is_object() ? simdjson::minify(*found) : std::string();
}

}  // namespace aip::mcp::reading

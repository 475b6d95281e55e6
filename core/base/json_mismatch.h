#pragma once

#include <simdjson.h>

#include <regex>
#include <string>
#include <string_view>

namespace aip::base {

/// Why `value` does not satisfy `schema`, in words for its sender. Knows the common keywords (type, required,
/// additionalProperties, properties, items, enum, limits); empty if the reason is another one.
std::string describeMismatch(simdjson::dom::element schema, simdjson::dom::element value);

/// Whether `pattern` is found in `text`. A text of more than 4096 bytes never matches.
bool matchesPattern(const std::regex& pattern, std::string_view text);

}  // namespace aip::base

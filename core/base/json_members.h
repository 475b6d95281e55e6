#pragma once

#include "base/error.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aip::base {

/// A member of a JSON object: its key without escapes, its value as a slice of the text.
struct JsonMember {
    std::string key;
    std::string_view value;
};

/// The members of the JSON object `json`, in order, duplicates included. INVALID if it is not valid JSON in UTF-8, not
/// an object, or nested deeper than `depthLimit`; the outermost object has depth 1. EXHAUSTED: it has too many values.
/// Any thread.
Result<std::vector<JsonMember>> jsonMembers(std::string_view json, std::size_t depthLimit);

/// The entries of an array that is valid JSON, as slices of it.
std::vector<std::string_view> jsonEntries(std::string_view array);

}  // namespace aip::base

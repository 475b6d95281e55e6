#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace aip::base {

/// The position of the closing quote of the string that begins at `at`; the size of the text if there is none.
inline std::size_t jsonStringEnd(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        at += json[at] == '\\' ? 1U : 0U;
    }
    return std::min(at, json.size());
}

}  // namespace aip::base

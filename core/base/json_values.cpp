#include "base/json_values.h"

#include <string>

namespace aip::base {
namespace {

/// The end of the string that begins at `at`, as far as it has one.
std::size_t endOfString(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        at += json[at] == '\\' ? 1U : 0U;
    }
    return at;
}

}  // namespace

bool hasTooManyValues(std::string_view json) {
    if (json.size() < mostJsonValues) {
        return false;
    }
    std::size_t values = 1;
    for (std::size_t at = 0; at < json.size() && values <= mostJsonValues; ++at) {
        const char c = json[at];
        if (c == '"') {
            at = endOfString(json, at);
        } else if (c == ',' || c == ':' || c == '[' || c == '{') {
            ++values;
        }
    }
    return values > mostJsonValues;
}

Error tooManyValues() {
    return {Code::exhausted, "too large: it has more than " + std::to_string(mostJsonValues) + " values"};
}

}  // namespace aip::base

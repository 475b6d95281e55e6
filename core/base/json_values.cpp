#include "base/json_values.h"

#include "base/json_string_end.h"

#include <string>

namespace aip::base {

bool hasTooManyValues(std::string_view json) {
    if (json.size() < mostJsonValues) {
        return false;
    }
    std::size_t values = 1;
    for (std::size_t at = 0; at < json.size() && values <= mostJsonValues; ++at) {
        const char c = json[at];
        if (c == '"') {
            at = jsonStringEnd(json, at);
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

#include "mcp/canonical.h"

#include "base/json_text.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp {
namespace {

using simdjson::dom::element;

std::string ofArray(simdjson::dom::array array) {
    std::string text;
    for (const element each : array) {
        text += (text.empty() ? "" : ",") + canonical(each);
    }
    return "[" + text + "]";
}

std::string ofObject(simdjson::dom::object object) {
    std::vector<std::pair<std::string_view, element>> members;
    for (const auto member : object) {
        members.emplace_back(member.key, member.value);
    }
    std::ranges::stable_sort(members, {}, [](const auto& member) { return member.first; });
    std::string text;
    for (const auto& [key, value] : members) {
        text += (text.empty() ? "" : ",") + base::jsonString(key) + ":" + canonical(value);
    }
    return "{" + text + "}";
}

}  // namespace

std::string canonical(element value) {
    if (value.is_array()) {
        return ofArray(value);
    }
    return value.is_object() ? ofObject(value) : simdjson::minify(value);
}

}  // namespace aip::mcp

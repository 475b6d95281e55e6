#include "base/json_members.h"

#include "base/json_parser.h"
#include "base/json_string_end.h"
#include "base/json_values.h"

#include <algorithm>

namespace aip::base {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view stripped(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// Calls `visit(position, depth)` for each character of valid JSON that is not part of a string. Brackets have the
/// depth of what they enclose.
template <typename Visit>
void walk(std::string_view json, Visit visit) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        depth += c == '{' || c == '[' ? 1U : 0U;
        visit(at, depth);
        depth -= c == '}' || c == ']' ? 1U : 0U;
        at = c == '"' ? jsonStringEnd(json, at) : at;
    }
}

std::size_t depthOf(std::string_view json) {
    std::size_t deepest = 0;
    walk(json, [&](std::size_t /*at*/, std::size_t depth) { deepest = std::max(deepest, depth); });
    return deepest;
}

/// What commas separate in an array or an object.
std::vector<std::string_view> parts(std::string_view container) {
    container = stripped(container);
    std::vector<std::string_view> found;
    std::size_t begin = 1;
    walk(container, [&](std::size_t at, std::size_t depth) {
        if (depth == 1 && (container[at] == ',' || at + 1 == container.size())) {
            found.push_back(stripped(container.substr(begin, at - begin)));
            begin = at + 1;
        }
    });
    if (found.size() == 1 && found.front().empty()) {
        found.clear();
    }
    return found;
}

std::string_view valueOf(std::string_view member) {
    const std::string_view rest = stripped(member.substr(jsonStringEnd(member, 0) + 1));
    return stripped(rest.substr(1));
}

}  // namespace

Result<std::vector<JsonMember>> jsonMembers(std::string_view json, std::size_t depthLimit) {
    if (hasTooManyValues(json)) {
        return tooManyValues();
    }
    const ThreadParser parser;
    const auto root = parseJson(*parser, json, Padding::none);
    if (!root) {
        return root.error();
    }
    simdjson::dom::object object;
    if (root->get(object) != simdjson::SUCCESS) {
        return Error(Code::invalid, "not a JSON object");
    }
    if (depthOf(json) > depthLimit) {
        return Error(Code::invalid, "nested deeper than " + std::to_string(depthLimit) + " levels");
    }
    std::vector<JsonMember> members;
    const auto texts = parts(json);
    for (const auto field : object) {
        members.push_back({std::string(field.key), valueOf(texts[members.size()])});
    }
    return members;
}

std::vector<std::string_view> jsonEntries(std::string_view array) {
    return parts(array);
}

}  // namespace aip::base

#include "declared.h"

#include "base/json_text.h"
#include "base/nearest.h"
#include "schema/schema.h"

#include <simdjson.h>

#include <algorithm>

namespace aip::tool {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

void checkDefault(const object& schema, const std::string& place, std::vector<std::string>& out) {
    element value;
    if (schema["default"].get(value)) {
        return;
    }
    const auto compiled = schema::Schema::compile(simdjson::minify(schema));
    if (!compiled) {
        return;
    }
    const std::string json = simdjson::minify(value);
    if (const auto checked = compiled->check(json); !checked) {
        out.push_back(place + ": its default " + base::excerpt(json, 60) + ": " + checked.error().text());
    }
}

void walk(const element& node, const std::string& place, std::vector<std::string>& out) {
    object members;
    if (node.get(members)) {
        return;
    }
    checkDefault(members, place.empty() ? "/" : place, out);
    for (const char* keyword : {"properties", "$defs", "definitions"}) {
        object named;
        if (!members[keyword].get(named)) {
            for (const auto& [name, schema] : named) {
                walk(schema, place + "/" + std::string(name), out);
            }
        }
    }
    for (const char* keyword : {"items", "additionalProperties"}) {
        element schema;
        if (!members[keyword].get(schema)) {
            walk(schema, place + "/" + keyword, out);
        }
    }
}

bool isOnesOwn(std::string_view name) {
    return name.starts_with("x-") || name.find_first_of("./") != std::string_view::npos;
}

}  // namespace

std::vector<std::string> wrongDefaults(std::string_view schema) {
    std::vector<std::string> out;
    simdjson::dom::parser parser;
    element root;
    if (!parser.parse(schema.data(), schema.size()).get(root)) {
        walk(root, "", out);
    }
    return out;
}

std::vector<std::string> wrongAnnotations(std::string_view annotations) {
    static const std::vector<std::string> hints{"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"};
    std::vector<std::string> out;
    simdjson::dom::parser parser;
    object members;
    if (parser.parse(annotations.data(), annotations.size()).get(members)) {
        return out;
    }
    for (const auto& [key, value] : members) {
        const std::string name(key);
        const bool hint = std::ranges::find(hints, name) != hints.end();
        if (hint && !value.is_bool()) {
            out.push_back("annotation '" + name + "': true or false is needed");
        } else if (!hint && name != "title" && !isOnesOwn(name)) {
            out.push_back("unknown annotation '" + base::excerpt(name, 60) + "'" + base::didYouMean(name, hints));
        }
    }
    return out;
}

}  // namespace aip::tool

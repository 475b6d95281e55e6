#include "lifecycle/list_tools.h"

#include "schema/schema.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <optional>

namespace aip::lifecycle {
namespace {

constexpr std::string_view parameterSchema = R"({
    "type": "object",
    "properties": {
        "tool_type": {"type": ["string", "null"], "maxLength": 1024},
        "namespace": {"type": ["string", "null"], "maxLength": 1024},
        "remove_meta": {"type": "boolean"}
    },
    "additionalProperties": false
})";

struct Filter {
    std::optional<std::string> type;
    std::optional<std::string> nameSpace;
};

std::optional<std::string> text(const Poco::JSON::Object& object, const std::string& key) {
    return object.isNull(key) ? std::nullopt : std::optional(object.getValue<std::string>(key));
}

base::Result<Filter> parse(std::string_view parameters) {
    static const auto schema = schema::Schema::compile(parameterSchema);
    if (auto checked = schema->check(parameters); !checked) {
        return checked.error();
    }
    const auto object = Poco::JSON::Parser().parse(std::string(parameters)).extract<Poco::JSON::Object::Ptr>();
    return Filter{text(*object, "tool_type"), text(*object, "namespace")};
}

}  // namespace

base::Result<std::string> answerListTools(const execution::Offer& offer, std::string_view parameters) {
    const auto filter = parse(parameters);
    if (!filter) {
        return filter.error();
    }
    std::string out = "[";
    for (const auto& tool : offer.tools()) {
        const auto& manifest = tool->manifest;
        if (filter->type.value_or(manifest.type) == manifest.type &&
            filter->nameSpace.value_or(manifest.nameSpace) == manifest.nameSpace) {
            out += (out.size() == 1 ? "" : ",") + tool->listing;
        }
    }
    return out + "]";
}

}  // namespace aip::lifecycle

#include "json.h"

#include "base/json_parser.h"

namespace aip::agentctl {

Json Json::operator[](std::string_view name) const {
    simdjson::dom::element member;
    return _element && _element->is_object() && !(*_element)[name].get(member) ? Json(member) : Json();
}

std::vector<Json> Json::items() const {
    std::vector<Json> found;
    simdjson::dom::array items;
    if (_element && !_element->get(items)) {
        for (const auto item : items) {
            found.emplace_back(item);
        }
    }
    return found;
}

std::string Json::text() const {
    std::string_view text;
    if (!_element || _element->is_array() || _element->is_object() || _element->is_null()) {
        return {};
    }
    return _element->get(text) ? raw() : std::string(text);
}

std::optional<std::int64_t> Json::number() const {
    std::int64_t number = 0;
    return _element && !_element->get(number) ? std::optional(number) : std::nullopt;
}

bool Json::isTrue() const {
    bool value = false;
    return _element && !_element->get(value) && value;
}

bool Json::isFalse() const {
    bool value = true;
    return _element && !_element->get(value) && !value;
}

std::string Json::raw() const {
    return _element ? simdjson::minify(*_element) : std::string();
}

base::Result<Document> Document::parse(std::string_view json) {
    auto parser = std::make_unique<simdjson::dom::parser>();
    const auto root = base::parseJson(*parser, json, base::Padding::none);
    if (!root) {
        return root.error();
    }
    return Document(std::move(parser), Json(*root));
}

}  // namespace aip::agentctl

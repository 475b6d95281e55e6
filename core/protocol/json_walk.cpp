#include "protocol/json_walk.h"

#include "base/json_check.h"
#include "protocol/decoder.h"

#include <utility>

namespace aip::protocol {

using namespace simdjson;  // NOLINT(google-build-using-namespace): its names fill this file

namespace {

std::string_view nameOf(ondemand::json_type type) {
    switch (type) {
        case ondemand::json_type::array:
            return "an array";
        case ondemand::json_type::object:
            return "an object";
        case ondemand::json_type::number:
            return "a number";
        case ondemand::json_type::string:
            return "a string";
        case ondemand::json_type::boolean:
            return "a boolean";
        case ondemand::json_type::null:
            return "null";
    }
    return "no value";
}

/// A longer text is not looked at as a whole: only its beginning counts.
constexpr std::size_t checkedSize = 4096;

}  // namespace

std::string_view kind(ondemand::value& value) {
    ondemand::json_type type{};
    return value.type().get(type) == SUCCESS ? nameOf(type) : "no value";
}

std::string_view wholeValue(ondemand::document& document, std::string_view text) {
    ondemand::json_type type{};
    document.rewind();
    const bool readable = text.size() > checkedSize || base::checkJson(text);
    return readable && document.type().get(type) == SUCCESS ? nameOf(type) : std::string_view();
}

namespace {

/// Either kind of container: `childOf` gives the value of one of its entries.
template <typename Container, typename ChildOf>
error_code walkChildren(simdjson_result<Container> found, int depth, std::size_t& left, ChildOf childOf) {
    Container container;
    if (auto error = std::move(found).get(container)) {
        return error;
    }
    for (auto entry : container) {
        ondemand::value child;
        if (auto error = childOf(entry).get(child)) {
            return error;
        }
        if (auto error = walk(child, depth + 1, left)) {
            return error;
        }
    }
    return SUCCESS;
}

}  // namespace

error_code walk(ondemand::value value, int depth, std::size_t& left) {
    if (depth > maxNesting) {
        return DEPTH_ERROR;
    }
    if (left == 0) {
        return CAPACITY;
    }
    --left;
    ondemand::json_type type{};
    if (auto error = value.type().get(type)) {
        return error;
    }
    if (type == ondemand::json_type::array) {
        return walkChildren<ondemand::array>(value.get_array(), depth, left, [](auto& element) { return element; });
    }
    if (type == ondemand::json_type::object) {
        return walkChildren<ondemand::object>(value.get_object(), depth, left,
                                              [](auto& field) { return field.value(); });
    }
    return SUCCESS;
}

}  // namespace aip::protocol

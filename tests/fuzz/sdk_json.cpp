// The SDK's own JSON reader against simdjson: the same texts are valid, and every value is the same.

#include "require.h"

#include <aip/json.h>

#include <simdjson.h>

#include <bit>
#include <string>
#include <string_view>

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string_view view(aip_text text) {
    return {text.data, text.size};
}

std::string textOf(aip_json string) {
    aip_text inside;
    const bool plain = aip_json_view(string, &inside) != 0;
    std::string text(inside.size, '\0');
    text.resize(aip_json_unescape(inside, text.data()));
    require(!plain || text == view(inside), "a text without escapes is what stands there");
    return text;
}

void compareText(aip_json ours, std::string_view theirs) {
    std::string buffer(theirs.size() + 1, '?');
    require(textOf(ours) == theirs, "a string");
    require(aip_json_is(ours, {theirs.data(), theirs.size()}) == 1, "a string is its text");
    require(aip_json_string(ours, buffer.data(), theirs.size()) == -1, "a string that does not fit");
    const auto size = aip_json_string(ours, buffer.data(), buffer.size());
    require(size == static_cast<std::int64_t>(theirs.size()) && buffer == std::string(theirs) + '\0',
            "a copied string");
}

void compareNumber(aip_json ours, element theirs) {
    std::int64_t number = 0;
    std::uint64_t unsignedNumber = 0;
    double real = 0;
    require(aip_json_double(ours, &real) == 1, "a number is a double");
    require(std::bit_cast<std::uint64_t>(real) == std::bit_cast<std::uint64_t>(double(theirs)) || real == 0.0,
            "a double, bit by bit");
    if (theirs.is_int64()) {
        require(aip_json_int64(ours, &number) == 1 && number == std::int64_t(theirs), "an integer");
    }
    if (theirs.is_uint64()) {
        require(aip_json_uint64(ours, &unsignedNumber) == 1 && unsignedNumber == std::uint64_t(theirs), "an integer");
    }
}

void compare(aip_json ours, element theirs);

void compareArray(aip_json ours, simdjson::dom::array theirs) {
    auto item = aip_json_items_of(ours);
    for (const auto each : theirs) {
        require(aip_json_next(&item) == 1, "an array has as many items");
        compare(item.value, each);
    }
    require(aip_json_next(&item) == 0 && aip_json_next(&item) == 0, "an array has no more items");
}

void compareObject(aip_json ours, simdjson::dom::object theirs) {
    auto member = aip_json_items_of(ours);
    for (const auto each : theirs) {
        require(aip_json_next(&member) == 1, "an object has as many members");
        compareText(member.name, each.key);
        compare(member.value, each.value);
    }
    require(aip_json_next(&member) == 0, "an object has no more members");
}

void compare(aip_json ours, element theirs) {
    int truth = 2;
    require(!view(aip_json_raw(ours)).empty(), "a value is not empty");
    switch (theirs.type()) {
        case element_type::ARRAY:
            require(aip_json_type(ours) == AIP_JSON_ARRAY, "an array");
            return compareArray(ours, theirs);
        case element_type::OBJECT:
            require(aip_json_type(ours) == AIP_JSON_OBJECT, "an object");
            return compareObject(ours, theirs);
        case element_type::STRING:
            return compareText(ours, theirs);
        case element_type::BOOL:
            return require(aip_json_bool(ours, &truth) == 1 && (truth == 1) == bool(theirs), "a truth value");
        case element_type::NULL_VALUE:
            return require(aip_json_is_null(ours) == 1, "null");
        default:
            return compareNumber(ours, theirs);
    }
}

/// Numbers that simdjson has no form for: larger integers and doubles than there are.
bool numberWithoutForm(simdjson::error_code error) {
    return error == simdjson::NUMBER_ERROR;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static simdjson::dom::parser parser;
    static const auto limited = parser.allocate(1U << 20U, AIP_JSON_DEPTH + 1);
    const std::string text(data, size);  // its end is guarded
    aip_json root;
    const char* problem = aip_json_parse({text.data(), text.size()}, &root);
    element document;
    const auto error = parser.parse(text).get(document);
    require(!limited && (problem == nullptr) == (aip_json_type(root) != AIP_JSON_ABSENT),
            "what is not valid is absent");
    if (!numberWithoutForm(error)) {
        require((problem == nullptr) == !error, "the same texts are valid");
    }
    if (!error) {
        compare(root, document);
    }
    return 0;
}

#include "json.h"

#include "base/json_text.h"
#include "base/nearest.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace aip::server {
namespace {

namespace ondemand = simdjson::ondemand;
using base::Code;
using base::Error;

constexpr int maxDepth = 256;

std::string_view trimmed(std::string_view text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (at + count < text.size() && isDigit(text[at + count])) {
        ++count;
    }
    return count;
}

/// The grammar alone: a number may be larger than any type of ours.
bool isNumber(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = digits(text, at);
    if (whole == 0 || (whole > 1 && text[at] == '0')) {
        return false;
    }
    at += whole;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = digits(text, at + 1);
        at += fraction == 0 ? text.size() : 1 + fraction;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        at += at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-') ? 2 : 1;
        const std::size_t exponent = digits(text, at);
        at += exponent == 0 ? text.size() : exponent;
    }
    return at == text.size();
}

void check(ondemand::value value, int depth);

void check(ondemand::array array, int depth) {
    for (ondemand::value item : array) {
        check(item, depth + 1);
    }
}

void check(ondemand::object object, int depth) {
    for (auto field : object) {
        std::string_view(field.unescaped_key());
        check(ondemand::value(field.value()), depth + 1);
    }
}

void require(bool valid, simdjson::error_code error) {
    if (!valid) {
        throw simdjson::simdjson_error(error);
    }
}

void check(ondemand::value value, int depth) {
    require(depth <= maxDepth, simdjson::DEPTH_ERROR);
    switch (value.type()) {
        case ondemand::json_type::array:
            check(ondemand::array(value.get_array()), depth);
            return;
        case ondemand::json_type::object:
            check(ondemand::object(value.get_object()), depth);
            return;
        case ondemand::json_type::string:
            static_cast<void>(std::string_view(value.get_string()));
            return;
        case ondemand::json_type::boolean:
            static_cast<void>(bool(value.get_bool()));
            return;
        case ondemand::json_type::null:
            require(value.is_null(), simdjson::N_ATOM_ERROR);
            return;
        case ondemand::json_type::number: {
            const auto token = trimmed(value.raw_json_token());
            require(isNumber(token), simdjson::NUMBER_ERROR);
            return;
        }
    }
}

std::string padded(std::string_view text) {
    std::string copy;
    copy.reserve(text.size() + base::jsonPadding);
    copy = text;
    return copy;
}

template <typename Container>
std::string checkedRaw(Container container) {
    std::string raw = padded(trimmed(container.raw_json()));
    container.reset();
    check(container, 2);
    return raw;
}

JsonValue checkedScalar(JsonKind kind, ondemand::value value) {
    std::string raw(trimmed(value.raw_json_token()));
    check(value, 1);
    return {kind, std::move(raw), {}};
}

JsonValue read(ondemand::value value) {
    switch (value.type()) {
        case ondemand::json_type::array:
            return {JsonKind::array, checkedRaw(ondemand::array(value.get_array())), {}};
        case ondemand::json_type::object:
            return {JsonKind::object, checkedRaw(ondemand::object(value.get_object())), {}};
        case ondemand::json_type::string: {
            std::string raw(trimmed(value.raw_json_token()));
            return {JsonKind::string, std::move(raw), std::string(std::string_view(value.get_string()))};
        }
        case ondemand::json_type::number:
            return checkedScalar(JsonKind::number, value);
        case ondemand::json_type::boolean:
            return checkedScalar(JsonKind::boolean, value);
        case ondemand::json_type::null:
            break;
    }
    return checkedScalar(JsonKind::null, value);
}

/// Runs `reader` over the document, and turns what simdjson throws into an Error.
template <typename T, typename Reader>
base::Result<T> parse(std::string json, Reader reader) {
    json.reserve(json.size() + base::jsonPadding);
    ondemand::parser parser;
    try {
        auto document = parser.iterate(json.data(), json.size(), json.capacity()).take_value();
        T result = reader(document);
        require(document.current_location().error() == simdjson::OUT_OF_BOUNDS, simdjson::TRAILING_CONTENT);
        return result;
    } catch (const simdjson::simdjson_error& error) {
        if (error.error() == simdjson::INCORRECT_TYPE) {
            return Error(Code::unsupported, "another kind of JSON value was expected");
        }
        return Error(Code::invalid, error.what());
    }
}

}  // namespace

base::Result<JsonObject> parseObject(std::string json) {
    return parse<JsonObject>(std::move(json), [](ondemand::document& document) {
        JsonObject members;
        for (auto field : document.get_object()) {
            std::string name(std::string_view(field.unescaped_key()));
            members[std::move(name)] = read(field.value());
        }
        return members;
    });
}

base::Result<std::vector<JsonValue>> parseArray(std::string json) {
    return parse<std::vector<JsonValue>>(std::move(json), [](ondemand::document& document) {
        std::vector<JsonValue> items;
        for (ondemand::value item : document.get_array()) {
            items.push_back(read(item));
        }
        return items;
    });
}

std::vector<std::optional<std::string>> memberOfEach(const std::string& json, std::string_view name) {
    ondemand::parser parser;
    auto document = parser.iterate(json.data(), json.size(), json.capacity()).take_value();
    std::vector<std::optional<std::string>> found;
    for (ondemand::value item : document.get_array()) {
        std::string_view text;
        ondemand::object object;
        const bool present = item.get_object().get(object) == simdjson::SUCCESS &&
                             object[name].get_string().get(text) == simdjson::SUCCESS;
        found.push_back(present ? std::optional(std::string(text)) : std::nullopt);
    }
    return found;
}

const JsonValue* JsonReader::find(std::string_view name) {
    _asked.emplace_back(name);
    const auto found = _object.find(name);
    return found == _object.end() || found->second.kind == JsonKind::null ? nullptr : &found->second;
}

void JsonReader::fail(std::string_view name, std::string_view text) {
    if (!_error) {
        _error = Error(Code::invalid, std::string(text)).within(name);
    }
}

std::optional<std::string> JsonReader::string(std::string_view name) {
    const JsonValue* value = find(name);
    if (value != nullptr && value->kind != JsonKind::string) {
        fail(name, "a string is expected");
    }
    return value != nullptr ? std::optional(value->text) : std::nullopt;
}

std::string JsonReader::required(std::string_view name) {
    auto value = string(name);
    if (!value || value->empty()) {
        fail(name, "is required");
    }
    return value.value_or("");
}

double JsonReader::seconds(std::string_view name, double otherwise) {
    const JsonValue* value = find(name);
    if (value == nullptr) {
        return otherwise;
    }
    double number = 0;
    const char* end = value->raw.data() + value->raw.size();
    const auto [stop, error] = std::from_chars(value->raw.data(), end, number);
    if (error != std::errc{} || stop != end || !(number > 0 && number <= 1e6)) {
        fail(name, "a number of seconds above 0, at most 1000000, is expected");
        return otherwise;
    }
    return number;
}

std::string JsonReader::raw(std::string_view name, JsonKind kind) {
    const JsonValue* value = find(name);
    if (value != nullptr && value->kind != kind) {
        fail(name, kind == JsonKind::array ? "an array is expected" : "an object is expected");
    }
    return value != nullptr ? value->raw : "null";
}

void JsonReader::rejectOthers() {
    for (const auto& [name, value] : _object) {
        if (std::ranges::find(_asked, name) == _asked.end()) {
            fail(name, "is not known here" + base::didYouMean(name, _asked));
        }
    }
}

}  // namespace aip::server

#include "json.h"

#include "base/json_check.h"
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

std::string_view trimmed(std::string_view text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

std::string padded(std::string_view text) {
    std::string copy;
    copy.reserve(text.size() + base::jsonPadding);
    copy = text;
    return copy;
}

JsonValue read(ondemand::value value) {
    const auto scalar = [&](JsonKind kind) {
        return JsonValue{kind, std::string(trimmed(value.raw_json_token())), {}};
    };
    switch (value.type()) {
        case ondemand::json_type::array:
            return {JsonKind::array, padded(trimmed(ondemand::array(value.get_array()).raw_json())), {}};
        case ondemand::json_type::object:
            return {JsonKind::object, padded(trimmed(ondemand::object(value.get_object()).raw_json())), {}};
        case ondemand::json_type::string: {
            JsonValue read = scalar(JsonKind::string);
            read.text = std::string_view(value.get_string());
            return read;
        }
        case ondemand::json_type::number:
            return scalar(JsonKind::number);
        case ondemand::json_type::boolean:
            return scalar(JsonKind::boolean);
        case ondemand::json_type::null:
            break;
    }
    return scalar(JsonKind::null);
}

/// Checks the document, then runs `reader` over it, which can only meet another kind of value than it expects.
template <typename T, typename Reader>
base::Result<T> parse(std::string json, Reader reader) {
    json.reserve(json.size() + base::jsonPadding);
    if (auto valid = base::checkJson(json, base::Padding::present); !valid) {
        return std::move(valid).error();
    }
    ondemand::parser parser;
    try {
        auto document = parser.iterate(json.data(), json.size(), json.capacity()).take_value();
        return reader(document);
    } catch (const simdjson::simdjson_error&) {
        return Error(Code::unsupported, "another kind of JSON value was expected");
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

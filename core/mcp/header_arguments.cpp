#include "mcp/header_arguments.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/json_text.h"
#include "mcp/json_reading.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <system_error>

namespace aip::mcp {
namespace {

using namespace reading;

constexpr std::string_view mark = "x-mcp-header";
constexpr std::string_view base64Begin = "=?base64?";
constexpr std::string_view base64End = "?=";
constexpr std::size_t shownOfMark = 64;
constexpr double largestSafe = 9007199254740991;  ///< 2^53 - 1

bool isAnyOf(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

/// Visits all schemas within a schema.
class MarkReader {
  public:
    /// `path`: null if no chain of "properties" leads to it.
    void read(element schema, const std::vector<std::string>* path) {
        simdjson::dom::object members;
        if (!_wrong.empty() || schema.get(members) != simdjson::SUCCESS) {
            return;
        }
        if (const auto marked = at(schema, mark)) {
            take(*marked, textAt(schema, "type"), path);
        }
        for (const auto member : members) {
            within(member.key, member.value, path);
        }
    }

    base::Result<HeaderArguments> result() && {
        if (!_wrong.empty()) {
            return base::Error(base::Code::invalid, std::move(_wrong));
        }
        return std::move(_found);
    }

  private:
    void within(std::string_view key, element value, const std::vector<std::string>* path) {
        simdjson::dom::object members;
        simdjson::dom::array entries;
        if (isAnyOf(key, {"const", "enum", "default", "examples", mark})) {
            return;  // values
        }
        const bool isMap =
            isAnyOf(key, {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"});
        if (isMap && value.get(members) == simdjson::SUCCESS) {
            for (const auto member : members) {
                readMember(member.key, member.value, key == "properties" ? path : nullptr);
            }
        } else if (value.get(entries) == simdjson::SUCCESS) {
            for (const element entry : entries) {
                read(entry, nullptr);
            }
        } else {
            read(value, nullptr);
        }
    }

    void readMember(std::string_view name, element schema, const std::vector<std::string>* path) {
        if (path == nullptr) {
            return read(schema, nullptr);
        }
        auto longer = *path;
        longer.emplace_back(name);
        read(schema, &longer);
    }

    void take(element marked, const std::string& type, const std::vector<std::string>* path) {
        std::string_view name;
        if (path == nullptr || path->empty()) {
            _wrong = "it marks a place that need not be an argument";
        } else if (marked.get(name) != simdjson::SUCCESS || !base::isToken(name)) {
            _wrong = "'" + base::readable(name, shownOfMark) + "' is not a name of a header";
        } else if (!isAnyOf(type, {"string", "integer", "boolean"})) {
            _wrong = "'" + std::string(name) + "' is not of the type string, integer or boolean";
        } else {
            add({"Mcp-Param-" + std::string(name), *path, type == "integer"});
        }
    }

    void add(HeaderArgument argument) {
        const bool isSecond = std::ranges::any_of(
            _found, [&](const auto& known) { return base::equalNoCase(known.header, argument.header); });
        if (isSecond) {
            _wrong = "'" + argument.header + "' stands for two arguments";
        } else {
            _found.push_back(std::move(argument));
        }
    }

    HeaderArguments _found;
    std::string _wrong;
};

template <typename Number>
std::optional<Number> numberOf(std::string_view text) {
    Number number{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// As a whole number without a fraction; nothing if it is none, or one that not every reader can hold.
std::optional<std::string> numberText(std::string_view json) {
    const auto real = numberOf<double>(json);
    if (!real || std::abs(*real) > largestSafe || std::trunc(*real) != *real) {
        return std::nullopt;
    }
    return std::to_string(static_cast<std::int64_t>(*real));
}

std::optional<std::string> textOf(std::string_view json) {
    if (json == "true" || json == "false") {
        return std::string(json);
    }
    return json.starts_with('"') ? std::optional(stringOf(json)) : numberText(json);
}

bool isVisible(char c) {
    return (c >= ' ' && c <= '~') || c == '\t';
}

bool isInBase64(std::string_view value) {
    return value.size() >= base64Begin.size() + base64End.size() && value.starts_with(base64Begin) &&
           value.ends_with(base64End);
}

}  // namespace

base::Result<HeaderArguments> headerArguments(std::string_view schema) {
    if (schema.find(mark) == std::string_view::npos) {
        return HeaderArguments();
    }
    MarkReader reader;
    const std::vector<std::string> outermost;
    const base::ThreadParser parser;
    if (const auto root = base::parseJson(*parser, schema, base::Padding::none)) {
        reader.read(*root, &outermost);
    }
    return std::move(reader).result();
}

std::optional<std::string> argumentText(const HeaderArgument& argument, const Params& arguments) {
    std::string_view json = arguments.raw(argument.path.front());
    for (std::size_t i = 1; i < argument.path.size(); ++i) {
        json = json.starts_with('{') ? Params(json).raw(argument.path[i]) : std::string_view();
    }
    return textOf(json);
}

std::vector<std::pair<std::string, std::string>> headersOf(const HeaderArguments& all, std::string_view arguments) {
    std::vector<std::pair<std::string, std::string>> headers;
    const Params given(all.empty() ? "{}" : arguments);
    for (const auto& argument : all) {
        if (const auto text = argumentText(argument, given)) {
            headers.emplace_back(argument.header, headerValue(*text));
        }
    }
    return headers;
}

bool isSame(const HeaderArgument& argument, std::string_view fromHeader, std::string_view fromBody) {
    const auto number = argument.isNumber ? numberOf<double>(fromHeader) : std::nullopt;
    return fromHeader == fromBody || (number && number == numberOf<double>(fromBody));
}

std::string headerValue(std::string_view text) {
    const bool isPlain =
        std::ranges::all_of(text, isVisible) && !text.starts_with(base64Begin) && base::trimmed(text, " \t") == text;
    return isPlain ? std::string(text) : std::string(base64Begin).append(base::base64(text)).append(base64End);
}

std::optional<std::string> headerText(std::string_view value) {
    if (!std::ranges::all_of(value, isVisible)) {
        return std::nullopt;
    }
    if (!isInBase64(value)) {
        return std::string(value);
    }
    value.remove_prefix(base64Begin.size());
    value.remove_suffix(base64End.size());
    return base::fromBase64(value);
}

}  // namespace aip::mcp

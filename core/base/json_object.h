#pragma once

#include "base/json_text.h"

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::base {

/// Writes one JSON object, member by member. Names need no escapes.
class JsonObject {
  public:
    JsonObject() = default;
    /// Writes into the memory of `room`, whose text it does not keep.
    explicit JsonObject(std::string&& room) : _text(std::move(room)) { _text = "{"; }

    /// `value` is valid UTF-8.
    JsonObject& text(std::string_view name, std::string_view value) {
        appendJsonString(begin(name), value);
        return *this;
    }
    /// What strangers say: bytes that are not UTF-8 are replaced. Leaves the member out if there are none.
    JsonObject& foreignIfAny(std::string_view name, std::string_view bytes) {
        return cleanAsciiLength(bytes) == bytes.size() ? cleanIfAny(name, bytes) : text(name, repairUtf8(bytes));
    }
    template <std::integral Number>
    JsonObject& number(std::string_view name, Number value) {
        std::array<char, 24> digits{};
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        return raw(name, {digits.data(), static_cast<std::size_t>(written.ptr - digits.data())});
    }
    JsonObject& flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

    /// Leaves the member out if there is no value.
    JsonObject& textIfAny(std::string_view name, std::string_view value) {
        return value.empty() ? *this : text(name, value);
    }
    template <typename Number>
    JsonObject& numberIfAny(std::string_view name, const std::optional<Number>& value) {
        return value ? number(name, static_cast<std::int64_t>(*value)) : *this;
    }

    /// `json` is one JSON value.
    JsonObject& raw(std::string_view name, std::string_view json) {
        begin(name) += json;
        return *this;
    }

    std::string take() { return std::move(_text) + "}"; }
    /// What stands between the braces.
    std::string takeMembers() {
        _text.erase(0, 1);
        return std::move(_text);
    }

  private:
    JsonObject& cleanIfAny(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            begin(name).append(1, '"').append(value) += '"';
        }
        return *this;
    }
    std::string& begin(std::string_view name) {
        _text += _text.size() > 1 ? ",\"" : "\"";
        return _text.append(name).append("\":");
    }

    std::string _text = "{";
};

/// The same of an array. `json` of the items.
class JsonArray {
  public:
    JsonArray& add(std::string_view json) {
        _text += _text.size() > 1 ? "," : "";
        _text += json;
        return *this;
    }

    std::string take() { return std::move(_text) + "]"; }

  private:
    std::string _text = "[";
};

}  // namespace aip::base

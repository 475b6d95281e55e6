#pragma once

#include "base/json_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::base {

/// Writes one JSON object, member by member. Names need no escapes.
class JsonObject {
  public:
    JsonObject& text(std::string_view name, std::string_view value) { return raw(name, jsonString(value)); }
    JsonObject& number(std::string_view name, std::int64_t value) { return raw(name, std::to_string(value)); }
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
        _text += _text.size() > 1 ? ",\"" : "\"";
        _text.append(name).append("\":").append(json);
        return *this;
    }

    std::string take() { return std::move(_text) + "}"; }
    /// What stands between the braces.
    std::string takeMembers() { return _text.substr(1); }

  private:
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

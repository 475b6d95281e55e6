#pragma once

#include "base/error.h"

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::agentctl {

/// A JSON value, or none. What is missing or of another type is empty: agents of other versions say more or less. Lives
/// as long as its Document.
class Json {
  public:
    Json() = default;
    explicit Json(simdjson::dom::element element) : _element(element) {}

    explicit operator bool() const { return _element.has_value(); }
    /// A member of an object.
    Json operator[](std::string_view name) const;
    /// The items of an array.
    std::vector<Json> items() const;

    /// Of a text, a number or a truth value.
    std::string text() const;
    std::optional<std::int64_t> number() const;
    bool isTrue() const;
    /// It is there, and false.
    bool isFalse() const;
    /// As JSON, without blanks.
    std::string raw() const;

  private:
    std::optional<simdjson::dom::element> _element;
};

class Document {
  public:
    /// INVALID.
    static base::Result<Document> parse(std::string_view json);

    Json root() const { return _root; }

  private:
    Document(std::unique_ptr<simdjson::dom::parser> parser, Json root) : _parser(std::move(parser)), _root(root) {}

    std::unique_ptr<simdjson::dom::parser> _parser;
    Json _root;
};

}  // namespace aip::agentctl

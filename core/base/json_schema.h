#pragma once

#include "base/error.h"
#include "base/json_check.h"

#include <memory>
#include <string_view>

namespace aip::base {

/// A JSON Schema (draft 7), ready for use. Immutable and cheap to copy; any thread may check with it.
///
/// Stricter than the letter of JSON Schema: a member given twice in one object is an error, because a reader behind the
/// check may take the other one. A text of more than 4096 bytes never matches a "pattern". Not supported, and an error
/// when compiled: patternProperties, the formats date, time and date-time (they would run an unbounded regular
/// expression over what a stranger sent), and references to other documents.
class JsonSchema {
  public:
    static Result<JsonSchema> compile(std::string_view schema);

    /// Whether `json`, one value, satisfies the schema. The error names the place and what is wrong with it:
    /// "'payload' is a required property", "'surprise' is not a known parameter",
    /// "'size': expected integer, got string", "'timeout': 500 is more than 120".
    Result<void> check(std::string_view json, Padding padding = Padding::none) const;

  private:
    struct Compiled;
    explicit JsonSchema(std::shared_ptr<const Compiled> compiled) : _compiled(std::move(compiled)) {}

    std::shared_ptr<const Compiled> _compiled;
};

}  // namespace aip::base

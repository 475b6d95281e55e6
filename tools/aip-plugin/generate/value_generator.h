#pragma once

#include "base/error.h"
#include "random.h"
#include "schema/schema.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aip::tool {

/// Makes up parameters for a tool from its schema. The same seed gives the same values in the same order. One thread.
class ValueGenerator {
  public:
    /// INVALID if the schema is not one that the agent takes.
    static base::Result<ValueGenerator> make(std::string_view schema, std::uint64_t seed);

    /// A value that satisfies the schema; nothing if none was found.
    std::optional<std::string> valid();

    /// Well-formed JSON that does not: the agent would refuse it. Nothing if the schema seems to take everything.
    std::optional<std::string> violating();

  private:
    struct Document;
    ValueGenerator(std::shared_ptr<const Document> document, schema::Schema schema, std::uint64_t seed)
        : _document(std::move(document)), _schema(std::move(schema)), _random(seed) {}

    std::shared_ptr<const Document> _document;
    schema::Schema _schema;
    Random _random;
};

}  // namespace aip::tool

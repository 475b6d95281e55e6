#pragma once

#include "schema/budget.h"
#include "schema/value.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::schema {

/// A hash with a seed of this process, so that a stranger cannot choose texts with the same one.
std::uint64_t hashText(std::string_view text);

/// Equal values have equal hashes: numbers by value, objects in any order of their members. Costs the bytes of the
/// value.
std::uint64_t hashValue(const Value& value, Budget& budget);

/// Whether two values are the same for JSON Schema. Costs the bytes compared; false when the budget is spent.
bool sameValue(const Value& a, const Value& b, Budget& budget);

/// The values that "enum" or "const" allows.
class Choices {
  public:
    explicit Choices(std::vector<Value> values);

    /// `choices` is the tape of the schema.
    bool contain(const Value& value, const Tape& choices, Budget& budget) const;

  private:
    std::vector<std::pair<std::uint64_t, Place>> _byHash;  ///< sorted
    std::uint8_t _types = 0;
    std::size_t _longest = 0;  ///< of the strings among them
};

/// Whether no two items of an array are the same.
bool hasUniqueItems(const Value& array, Budget& budget);

}  // namespace aip::schema

#pragma once

#include "schema/budget.h"
#include "schema/program.h"
#include "schema/value.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace aip::schema {

/// Which of the names in a table are members of an object. Made in one pass over the object: costs the bytes of its
/// names and a step for 64 names of the table. Incomplete when the budget is spent.
class Presence {
  public:
    Presence(const PropertyTable& names, const Value& object, Budget& budget);

    bool has(std::size_t number) const { return _has[number]; }

  private:
    std::vector<bool> _has;  ///< by the number of an entry
};

/// A member that an object should have, because it has `beside`, if that is given.
struct MissingName {
    std::string_view name;
    std::optional<std::string_view> beside;
};

/// The first name of "required" that is missing. When the budget is spent the answer means nothing.
std::optional<MissingName> missingRequired(const ObjectRules& rules, const Value& object, Budget& budget);

/// The same of "dependentRequired".
std::optional<MissingName> missingDependent(const ObjectRules& rules, const Value& object, Budget& budget);

}  // namespace aip::schema

#pragma once

#include "schema/budget.h"
#include "schema/program.h"
#include "schema/value.h"

namespace aip::schema {

/// Whether `value` satisfies all that `node` says without a schema inside it: types, choices, limits, patterns,
/// required members. Cheap ones first. False when the budget is spent.
bool assertionsHold(const Node& node, const Value& value, const Tape& schema, Budget& budget);

/// The parts, for the search for the reason. isMissing() is true when the budget is spent.
bool lengthHolds(const Range& range, std::string_view text, Budget& budget);
std::uint64_t codePoints(std::string_view text);
bool isMissing(std::string_view name, const Value& object, Budget& budget);

}  // namespace aip::schema

#pragma once

#include "schema/budget.h"
#include "schema/machine.h"
#include "schema/program.h"

#include <string>

namespace aip::schema {

/// Why a value does not satisfy a schema, in words for its sender, beginning with the place. The order: the type, the
/// choices, for an object unknown members, missing ones, then the first wrong one; then what applies to the same value.
/// References are followed; of alternatives, the one that is meant for the type of the value. When the budget is spent:
/// the last place that is known to be wrong, without a reason. `machine` has been started for the text.
std::string describeFailure(const Program& program, const Tape& tape, Machine& machine, Budget& budget);

}  // namespace aip::schema

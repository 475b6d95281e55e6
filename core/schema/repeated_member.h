#pragma once

#include "schema/budget.h"
#include "schema/value.h"

#include <optional>
#include <string>

namespace aip::schema {

/// A name that occurs twice in one object of the text, at any depth. Takes a time in proportion to the text. None when
/// the budget is spent.
std::optional<std::string> repeatedMember(const Tape& tape, Budget& budget);

}  // namespace aip::schema

#pragma once

#include "schema/value.h"

#include <optional>
#include <string>

namespace aip::schema {

/// A name that stands twice in one object of the text, at any depth. Takes a time in proportion to the text, but for
/// the sorting of objects with many members.
std::optional<std::string> repeatedMember(const Tape& tape);

}  // namespace aip::schema

#pragma once

#include "base/error.h"

#include <simdjson.h>

namespace aip::base {

/// Whether every "$ref" in a JSON Schema leads to a place in the same document, and none leads back to itself without a
/// step into the value: following such a reference would never end.
Result<void> checkReferences(simdjson::dom::element schema);

}  // namespace aip::base

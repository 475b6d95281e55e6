#pragma once

#include "base/error.h"

#include <string_view>

namespace aip::base {

/// Whether base::jsonPadding bytes after a text may be read (they may hold anything): spares a copy of the text.
enum class Padding { none, present };

/// Whether `json` is one JSON value in valid UTF-8, not nested deeper than 256, without numbers of more than 64 bits.
/// INVALID; EXHAUSTED: it has too many values. Any thread.
Result<void> checkJson(std::string_view json, Padding padding = Padding::none);

}  // namespace aip::base

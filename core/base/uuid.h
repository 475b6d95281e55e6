#pragma once

#include <string>

namespace aip::base {

/// A random UUID (version 4) in its usual text form. Any thread.
std::string uuid4();

}  // namespace aip::base

#pragma once

namespace aip::tool {

/// What the program ends with; part of its interface.
enum ExitCode { done = 0, failed = 1, usage = 64 };

}  // namespace aip::tool

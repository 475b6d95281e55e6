#pragma once

#include <string>

namespace aip::bench {

/// Runs the benchmarks whose names match `filter`; prints a table or, if `json`, Google Benchmark's object. `quick`:
/// for a few milliseconds each.
void measureParts(const std::string& filter, bool json, bool quick);

}  // namespace aip::bench

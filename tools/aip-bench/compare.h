#pragma once

#include <ostream>
#include <string_view>

namespace aip::bench {

/// For each number of the report `now`, a line with its place in the report, the number at the same place of `old`, the
/// number, and the ratio of the two. Both are JSON. Throws std::runtime_error.
void compareReports(std::string_view old, std::string_view now, std::ostream& out);

}  // namespace aip::bench

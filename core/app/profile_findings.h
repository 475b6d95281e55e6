#pragma once

#include "app/settings.h"
#include "execution/remarks.h"

#include <vector>

namespace aip::app {

/// The same with file and line.
Findings profileFindings(const std::vector<execution::Remark>& remarks, const Settings& settings);

}  // namespace aip::app

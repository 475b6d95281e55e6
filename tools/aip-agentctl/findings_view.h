#pragma once

#include "json.h"

#include <string>

namespace aip::agentctl {

/// {"findings":[...]} for people, as aip-agent --check writes them. Pure.
std::string findingsView(Json answer);

/// None of them is more than a note. Pure.
bool allIsWell(Json answer);

}  // namespace aip::agentctl

#pragma once

#include "command.h"

#include <string>
#include <string_view>

namespace aip::agentctl {

/// What --help prints: of the program, and of a command.
std::string helpText();
std::string helpText(const Command& command);

}  // namespace aip::agentctl

#pragma once

#include "aip-plugin/command_help.h"
#include "command.h"

namespace aip::agentctl {

/// What --help prints and the completions are made of.
tool::ProgramText programText();
tool::CommandText textOf(const Command& command);

}  // namespace aip::agentctl

#pragma once

#include "command.h"

#include <vector>

namespace aip::agentctl {

/// In the order in which an operator needs them.
const std::vector<Command>& commands();

/// Those of every command.
const std::vector<Option>& commonOptions();

/// `command`'s own and the common ones.
std::vector<Option> optionsOf(const Command& command);

Command statusCommand();
Command watchCommand();
Command pluginsCommand();
Command callsCommand();
Command cancelCommand();
Command toolsCommand();
Command callCommand();
Command lockCommand();
Command unlockCommand();
Command reloadCommand();
Command logLevelCommand();
Command requestCommand();
Command drainCommand();
Command healthCommand();
Command metricsCommand();
Command mcpCommand();
Command auditCommand();
Command doctorCommand();
Command completionCommand();

}  // namespace aip::agentctl

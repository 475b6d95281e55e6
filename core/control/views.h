#pragma once

#include "execution/operator_lock.h"
#include "execution/running_calls.h"
#include "execution/tool_table.h"
#include "plugins/plugin_set.h"
#include "plugins/process_table.h"

#include <optional>
#include <string>
#include <vector>

/// What an operator sees, as JSON text. The members are described in control/README.md.
namespace aip::control {

std::string json(const execution::RunningCall& call);
std::string json(const execution::RunningCalls::List& calls);
std::string json(const std::optional<execution::OperatorLock::Locked>& lock);
std::string json(const std::vector<plugins::PluginEntry>& entries, const plugins::ProcessTable& processes,
                 base::Clock::TimePoint now);
std::string json(const std::vector<std::shared_ptr<const execution::Tool>>& tools);

}  // namespace aip::control

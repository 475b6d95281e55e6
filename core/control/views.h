#pragma once

#include "control/operator.h"
#include "execution/operator_lock.h"
#include "execution/running_calls.h"
#include "execution/tool_table.h"
#include "plugins/plugin_set.h"
#include "plugins/process_table.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What an operator sees, as JSON text. The members are described in control/README.md.
namespace aip::control {

std::string json(const execution::RunningCall& call);
std::string json(const execution::RunningCalls::List& calls);
std::string json(const std::optional<execution::OperatorLock::Locked>& lock);
/// All plugins, as far as they are known.
struct PluginList {
    std::vector<plugins::PluginEntry> entries;
    bool admitted;  ///< the first set is there
};
std::string json(const PluginList& list, const plugins::ProcessTable& processes, base::Clock::TimePoint now);
/// `wouldAdmit`: whether a call of the tool would be admitted now.
using WouldAdmit = std::function<base::Result<void>(const execution::Tool& tool)>;
std::string json(const std::vector<std::shared_ptr<const execution::Tool>>& tools, const WouldAdmit& wouldAdmit);
std::string json(const Reloaded& reloaded);

}  // namespace aip::control

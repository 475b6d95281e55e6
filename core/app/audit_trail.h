#pragma once

#include "app/finding.h"
#include "app/redaction.h"
#include "app/settings.h"
#include "audit/file_trail.h"
#include "base/clock.h"
#include "base/error.h"
#include "execution/operator_lock.h"
#include "plugins/plugin_set.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aip::app {

/// Where the account is kept: as the settings say, else audit/audit.jsonl below the state folder. Empty: there is no
/// place for it.
std::filesystem::path auditFile(const Settings& settings);

/// Opens it; checkpoints go to the log. If another process keeps it, as a running agent while --mcp serves a client,
/// the one named NAME-2, NAME-3, ... that is free. Null if the settings want none. If they name no place and the usual
/// one cannot be used, a trail that keeps nothing and says why, as the log does. An error if the place that they name
/// cannot be used. Outlived by `clock`.
base::Result<std::unique_ptr<audit::Trail>> openTrail(const Settings& settings, const base::Clock& clock);

/// Has a record made of each failure of a plugin. `trail` outlives what is returned, here and below.
std::function<void(const std::string& why)> failureAccount(audit::Trail& trail, const std::string& plugin);

/// For the status: {"file":...,"state":"ok", ...}; see the README of control/.
std::string auditJson(const audit::Trail& trail, const Redaction& redaction);
/// What is wrong with it.
Findings auditFindings(const audit::Trail& trail);

/// Has a record made of each lock and unlock.
execution::OperatorLock::Changed lockAccount(audit::Trail& trail);

/// Records of what plugins there are. Not for concurrent use.
class PluginAccount {
  public:
    /// One for each plugin that is another than the last time, in version, hash, state or reason, or gone.
    void tell(audit::Trail& trail, const std::vector<plugins::PluginEntry>& entries);

  private:
    std::map<std::string, std::string> _told;  ///< members of the record, by id
};

}  // namespace aip::app

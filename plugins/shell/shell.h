#pragma once

#include "process.h"
#include "rules.h"

#include <aip/plugin.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::shell {

/// The tools of namespace BashExecutor, with the names and results of the reference's Linux server.
class Shell {
  public:
    static void describe(Description<Shell>& d);

    /// Throws Error(invalid) if a setting cannot be met.
    void start(const Settings& settings);

    /// {success, exit_code, stdout, stderr}, or {success: false, error} if the command was not run to its end.
    /// Throws Error(cancelled).
    /// `timeout` counts as 1 to 120. `apiKey` is neither looked at nor logged, here and below.
    Object executeCommand(const Call& call, const std::string& command, std::int64_t timeout,
                          const std::optional<std::string>& cwd, const Json& apiKey) const;

    /// {uname, uptime, memory, disk}: texts; one that cannot be had is "Error: ...". Throws Error(cancelled).
    Object getSystemInfo(const Call& call, const Json& apiKey) const;

  private:
    std::vector<std::string> argumentsFor(const std::string& command, const ResolvedPath& directory) const;
    std::string outputOf(const Call& call, const std::vector<std::string>& arguments) const;
    Process process(std::vector<std::string> arguments, std::chrono::seconds limit) const;

    std::optional<Rules> _rules;  ///< none: a shell takes the commands
    std::string _shell;
    std::vector<std::string> _environment;
    std::size_t _outputLimit = 0;
    std::size_t _memory = 0;  ///< bytes for each program under rules; 0: no limit
};

}  // namespace aip::shell

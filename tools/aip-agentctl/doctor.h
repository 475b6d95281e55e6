#pragma once

#include "base/error.h"
#include "client.h"

#include <map>
#include <string>
#include <vector>

namespace aip::agentctl {

/// Where the doctor learns what is wrong: from the running agent or, where none runs, from aip-agent --check --connect,
/// which stops before a registration.
class Doctor {
  public:
    /// `settings`: arguments of aip-agent that name its configuration. `agent` outlives this.
    Doctor(const Client& agent, std::vector<std::string> settings) : _agent(agent), _settings(std::move(settings)) {}

    /// {"findings":[...]}
    base::Result<std::string> findings();

    /// What a bundle holds, by the names of its files; no secret is in it. After findings().
    base::Result<std::map<std::string, std::string>> files();

    /// After findings(): no agent runs.
    bool alone() const { return _alone; }

  private:
    base::Result<std::string> ofTheAgent(const std::string& path) const;
    base::Result<std::string> ofTheProgram(std::vector<std::string> arguments) const;

    const Client& _agent;
    const std::vector<std::string> _settings;
    bool _alone = false;
    std::string _findings;
};

}  // namespace aip::agentctl

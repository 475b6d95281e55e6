#pragma once

#include "dev/agent_log.h"
#include "dev/process.h"
#include "dev/rest.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace aip::tool::dev {

/// A development server and an agent of our own, on a free port of this machine and with a key of their own. Both end
/// with this object.
class PrivateAgent {
  public:
    struct Settings {
        std::filesystem::path programs;    ///< the folder of aip-agent and aip-server
        std::filesystem::path work;        ///< for key, port, log and state
        std::filesystem::path plugins;     ///< what the agent runs
        std::vector<std::string> ids;      ///< plugins that are started at once
        std::vector<std::string> defines;  ///< more settings of the agent: "plugin.hello.greeting=Hi"
    };

    /// Nothing runs yet.
    PrivateAgent(Events& events, Settings settings, AgentLog::Show show);
    PrivateAgent(const PrivateAgent&) = delete;
    PrivateAgent& operator=(const PrivateAgent&) = delete;

    /// Makes what is in the folder of the plugins the agent's set: starts it, or tells the running one. The agent's
    /// reason if it refuses a plugin; the last one that worked goes on then.
    base::Result<void> load();

    bool runs() const { return _agent != nullptr; }

    /// The result of a tool as JSON. An error is the tool's, or says why it could not be called. `type` may be empty.
    base::Result<std::string> call(const std::string& type, const std::string& tool, const std::string& parameters);

    /// Where others call the plugin, and with which key.
    std::string address() const { return "http://127.0.0.1:" + std::to_string(_rest.port) + "/api"; }
    std::filesystem::path keyFile() const { return _settings.work / "server.key"; }
    /// Of aip-agentctl --socket; "none" if the path of the folder is too long for one.
    std::string controlSocket() const;

  private:
    base::Result<void> startServer();
    base::Result<void> startAgent();
    base::Result<void> reload();
    base::Result<void> verdict() const;
    /// Until `done`, as long as `process` runs.
    base::Result<void> await(Process& process, const std::string& name, const std::function<bool()>& done);

    Events& _events;
    const Settings _settings;
    AgentLog _log;
    std::string _serverOutput;
    RestServer _rest;
    std::unique_ptr<Process> _server;
    std::unique_ptr<Process> _agent;
};

}  // namespace aip::tool::dev

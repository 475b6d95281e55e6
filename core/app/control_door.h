#pragma once

#include "app/agent.h"
#include "app/event_queue.h"
#include "app/settings.h"
#include "app/settings_reader.h"
#include "control/probe_server.h"
#include "control/server.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace aip::app {

/// As the settings say, else control::usualSocket(); empty: none.
std::string controlSocket(const Settings& settings);

/// The operator's door of a running agent. Whether it can be opened or not, the agent runs: the log says why not.
class ControlDoor final : private control::Operator {
  public:
    /// What is passed by reference outlives it. `request`: from which `settings` were read.
    ControlDoor(Agent& agent, const Settings& settings, SettingsRequest request, EventQueue& events);
    ~ControlDoor() override;
    ControlDoor(const ControlDoor&) = delete;
    ControlDoor& operator=(const ControlDoor&) = delete;

  private:
    void openSocket(const Settings& settings);
    void openProbes(const std::string& listen);

    std::string status() const override { return _agent.statusJson(); }
    std::string findings() const override { return _agent.findingsJson(); }
    std::string diagnosis() const override;
    base::Result<void> ready() const override { return _agent.ready(); }
    base::Result<void> healthy() const override { return _agent.healthy(); }
    std::string troubles() const override { return _agent.troublesJson(); }
    std::string metrics() const override { return _agent.metrics(_api.refused()); }
    base::Result<control::Reloaded> reload(const std::function<bool()>& gone) override;
    base::Result<void> setLogLevel(std::string_view level) override;
    base::Result<void> requestTask(std::string text, std::string name) override;
    void drain() override;
    void serveMcp(base::Descriptor in, base::Descriptor out, const control::Peer& peer,
                  const std::function<bool()>& stopping) override {
        _agent.serveMcp(std::move(in), std::move(out), peer.text(), stopping);
    }
    base::Result<void> restartPlugin(const std::string& id) override { return _agent.wish(id, PluginWish::restart); }
    base::Result<void> disablePlugin(const std::string& id) override { return _agent.wish(id, PluginWish::disable); }
    base::Result<void> enablePlugin(const std::string& id) override { return _agent.wish(id, PluginWish::enable); }
    base::Result<void> revivePlugin(const std::string& id) override { return _agent.revive(id); }

    Agent& _agent;
    const SettingsRequest _request;
    EventQueue& _events;
    std::atomic<bool> _drains{false};
    mutable control::Api _api;
    std::unique_ptr<control::Server> _server;       ///< null: there is none
    std::unique_ptr<control::ProbeServer> _probes;  ///< null: there is none
};

}  // namespace aip::app

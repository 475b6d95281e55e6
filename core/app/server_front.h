#pragma once

#include "app/credential_keeper.h"
#include "app/front.h"
#include "app/redaction.h"
#include "base/timer_queue.h"
#include "execution/dispatcher.h"
#include "execution/plugin_manager.h"
#include "execution/task_announcer.h"
#include "lifecycle/device_profile.h"
#include "lifecycle/session.h"

#include <functional>
#include <memory>
#include <string>

namespace aip::app {

/// The session with the Agent Server and what it needs. What is passed by reference outlives it.
class ServerFront final : public Front {
  public:
    /// `describe`: members for the metadata of the registration. `changed`: as lifecycle::SessionParts.
    ServerFront(const Settings& settings, const Redaction& redaction, execution::Dispatcher& dispatcher,
                const execution::PluginManager& plugins, base::TimerQueue& timers, const base::Clock& clock,
                std::shared_ptr<lifecycle::Outbox> outbox, std::function<std::string()> describe,
                std::function<void(const lifecycle::SessionStatus&)> changed);

    End run() override { return _session.run(); }
    void stop() override { _session.stop(); }
    void reload(const Settings& settings) override { _credentials.reload(settings); }
    void renewCredentials() override { _credentials.reload(_settings); }
    void networkUp() override { _session.retryNow(); }
    std::optional<lifecycle::SessionStatus> status(std::chrono::milliseconds limit) override {
        return _session.status(limit);
    }
    void ask(const std::function<void()>& answer) override { _session.ask(answer); }
    void requestTask(std::string request, std::string name) override {
        _session.requestTask(std::move(request), std::move(name));
    }

  private:
    lifecycle::SessionParts parts(execution::Dispatcher& dispatcher, const base::Clock& clock,
                                  std::shared_ptr<lifecycle::Outbox> outbox, std::function<std::string()> describe,
                                  std::function<void(const lifecycle::SessionStatus&)> changed);

    const Settings& _settings;
    execution::TaskAnnouncer _announcer;
    lifecycle::DeviceProfile _profile;
    const std::unique_ptr<transport::Channel> _channel;
    lifecycle::Session _session;
    CredentialKeeper _credentials;
};

}  // namespace aip::app

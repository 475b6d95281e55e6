#pragma once

#include "lifecycle/session.h"
#include "tests/support/execution_harness.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace aip::tests {

/// What differs from test to test.
struct AgentParts {
    lifecycle::SessionSettings session;
    transport::Channel& channel;
    const base::Clock& clock;  ///< of the session; calls have the system's
    Slots slots;
    Slots describers{};
    std::chrono::milliseconds collectTimeout = std::chrono::seconds(20);
    std::string platform = "linux";
    std::string about{};  ///< members of the registration's metadata
    std::shared_ptr<lifecycle::Outbox> outbox{};
    execution::DispatcherSettings dispatcher{};
    base::Backoff::Random random = [] { return 0.5; };
    lifecycle::TaskListener tasks{};
};

/// The agent, wired, from its session down to fake slots and up to any channel. The session runs on a thread of its
/// own.
class AgentHarness {
  public:
    explicit AgentHarness(AgentParts parts)
        : _execution(parts.slots, parts.dispatcher),
          _profile(
              {parts.session.clientId, parts.platform, {}, parts.collectTimeout},
              [slots = parts.describers] { return slots; }, _execution.timers, _execution.clock),
          session(std::move(parts.session),
                  {parts.channel, _execution.dispatcher, _profile, parts.clock, std::move(parts.random),
                   [about = std::move(parts.about)] { return about; }, std::move(parts.outbox),
                   [this] { ++credentialsRefused; }, std::move(parts.tasks)}),
          _thread([this] { ended.set_value(session.run()); }) {}
    /// Stops the session at once.
    ~AgentHarness() {
        for (int i = 0; i < 3; ++i) {
            session.stop();
        }
        _thread.join();
    }
    AgentHarness(const AgentHarness&) = delete;
    AgentHarness& operator=(const AgentHarness&) = delete;

    execution::Dispatcher& dispatcher() { return _execution.dispatcher; }

  private:
    ExecutionHarness _execution;
    lifecycle::DeviceProfile _profile;

  public:
    std::atomic<int> credentialsRefused{0};
    lifecycle::Session session;
    std::promise<lifecycle::Session::End> ended;  ///< how run() has ended

  private:
    std::thread _thread;
};

}  // namespace aip::tests

#pragma once

#include "lifecycle/session.h"
#include "tests/support/fake_slot.h"
#include "tests/support/temporary_folder.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace aip::tests {

/// A session on a thread of its own that moves files, over any channel. Its one tool is `plugin`.
class TransferHarness {
  public:
    TransferHarness(transport::Channel& channel, const base::Clock& clock, lifecycle::SessionSettings settings,
                    FakeSlot::Plugin plugin)
        : slot(fakeSlot("p", {tool("run")}, std::move(plugin))),
          router({{"LinuxAgent", "default", {"BashExecutor"}, {}}}, *execution::ToolTable::build({slot})),
          dispatcher(std::in_place, router, policy, timers, systemClock, execution::DispatcherSettings{},
                     [this](execution::FinishedBatch batch) { session.finished(std::move(batch)); }),
          watchdog(timers, std::chrono::seconds(1)),
          profile({"dev", "linux", {}, std::chrono::seconds(20)}, {}, watchdog, systemClock),
          session(std::move(settings),
                  {channel, *dispatcher, profile, clock, [] { return 0.5; }, [] { return std::string(); }, outbox}),
          thread([this] { session.run(); }) {}

    ~TransferHarness() {
        session.stop();
        session.stop();
        thread.join();
        dispatcher.reset();  // its last answers still go to the session
    }

    static std::string command(const std::string& sessionId) {
        return R"({"type":"command","status":"continue","agent_name":"LinuxAgent","session_id":")" + sessionId +
               R"(","response_id":"r-)" + sessionId + R"(","actions":[{"tool_name":"run","call_id":"c"}]})";
    }

    /// Hands a file over as a plugin does it during a call.
    base::Result<void> hand(const std::string& name, const std::string& content, const std::string& sessionId) {
        auto artifact = *hosting::spoolArtifact(content);
        artifact.name = name;
        artifact.mimeType = "text/plain";
        artifact.sessionId = sessionId;
        return outbox->put(std::move(artifact));
    }

    base::SystemClock systemClock;
    std::shared_ptr<lifecycle::Outbox> outbox = std::make_shared<lifecycle::Outbox>();
    std::shared_ptr<FakeSlot> slot;
    execution::AllowAll policy;
    execution::LiveRouter router;
    base::TimerQueue timers;
    std::optional<execution::Dispatcher> dispatcher;
    execution::CallWatchdog watchdog;
    lifecycle::DeviceProfile profile;
    lifecycle::Session session;
    std::thread thread;
};

}  // namespace aip::tests

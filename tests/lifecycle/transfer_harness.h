#pragma once

#include "tests/support/agent_harness.h"
#include "tests/support/temporary_folder.h"

#include <memory>
#include <string>
#include <utility>

namespace aip::tests {

/// A session that moves files, over any channel. Its one tool is `plugin`.
class TransferHarness {
  public:
    TransferHarness(transport::Channel& channel, const base::Clock& clock, lifecycle::SessionSettings settings,
                    FakeSlot::Plugin plugin)
        : _agent({.session = std::move(settings),
                  .channel = channel,
                  .clock = clock,
                  .slots = {fakeSlot("p", {tool("run")}, std::move(plugin))},
                  .outbox = outbox}) {}

    static std::string command(const std::string& sessionId) {
        return R"({"type":"command","status":"continue","agent_name":"LinuxAgent","session_id":")" + sessionId +
               R"(","response_id":"r-)" + sessionId + R"(","actions":[{"tool_name":"run","call_id":"c"}]})";
    }

    /// Puts a file as a plugin does during a call.
    base::Result<void> hand(const std::string& name, const std::string& content, const std::string& sessionId) {
        auto artifact = *hosting::spoolArtifact(content);
        artifact.name = name;
        artifact.mimeType = "text/plain";
        artifact.sessionId = sessionId;
        return outbox->put(std::move(artifact));
    }

    const std::shared_ptr<lifecycle::Outbox> outbox = std::make_shared<lifecycle::Outbox>();

  private:
    AgentHarness _agent;

  public:
    lifecycle::Session& session = _agent.session;
};

}  // namespace aip::tests

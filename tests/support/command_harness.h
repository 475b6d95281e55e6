#pragma once

#include "lifecycle/command_door.h"
#include "protocol/decoder.h"
#include "tests/support/execution_harness.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace aip::tests {

/// A COMMAND of the server. `actions` is JSON text.
inline protocol::ServerMessagePtr commandOf(const std::string& session, const std::string& actions,
                                            const std::string& responseId = "r",
                                            const std::string& agent = "LinuxAgent") {
    return std::get<protocol::ServerMessagePtr>(protocol::Decoder().decode(
        R"({"type":"command","status":"continue","agent_name":")" + agent + R"(","session_id":")" + session +
        R"(","response_id":")" + responseId + R"(","actions":)" + actions + "}"));
}

/// A caller that sends COMMANDs through a door and collects the answers.
class Caller {
    std::mutex _mutex;
    std::condition_variable _changed;
    std::vector<lifecycle::FinishedBatch> _answers;

  public:
    explicit Caller(execution::Dispatcher& dispatcher, lifecycle::CommandDoorSettings settings = {})
        : door(dispatcher, settings, [this](lifecycle::FinishedBatch batch) { add(std::move(batch)); }) {}

    void command(const std::string& session, const std::string& actions, const std::string& agent = "LinuxAgent") {
        door.submit(commandOf(session, actions, "r", agent));
    }

    /// The answers in the order in which they came, once there are `count`.
    std::vector<lifecycle::FinishedBatch> answers(std::size_t count) {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, std::chrono::seconds(30), [&] { return _answers.size() >= count; });
        return _answers;
    }

    void forgetAnswers() {
        const std::lock_guard lock(_mutex);
        _answers.clear();
    }

    bool hasPending(std::size_t count) const {
        return comesTrue([&] { return door.pending() == count; });
    }

    std::vector<protocol::ActionResult> results(const std::string& actions, const std::string& agent = "LinuxAgent") {
        command("s", actions, agent);
        const auto all = answers(1);
        return all.empty() ? std::vector<protocol::ActionResult>() : all.back().results;
    }

    lifecycle::CommandDoor door;

  private:
    void add(lifecycle::FinishedBatch batch) {
        const std::lock_guard lock(_mutex);
        _answers.push_back(std::move(batch));
        _changed.notify_all();
    }
};

/// The execution room with one caller.
class CommandHarness : public ExecutionHarness, public Caller {
  public:
    explicit CommandHarness(const Slots& slots, execution::DispatcherSettings settings = {},
                            execution::Policy& policy = allowAll(), lifecycle::CommandDoorSettings ofDoor = {},
                            audit::Trail& trail = audit::noTrail())
        : ExecutionHarness(slots, settings, policy, trail), Caller(dispatcher, ofDoor) {}
};

}  // namespace aip::tests

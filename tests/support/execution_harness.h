#pragma once

#include "execution/front_door.h"
#include "protocol/decoder.h"
#include "tests/support/comes_true.h"
#include "tests/support/fake_slot.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace aip::tests {

using Slots = std::vector<std::shared_ptr<plugins::Slot>>;

inline const execution::Policy& allowAll() {
    static const execution::AllowAll policy;
    return policy;
}

/// The execution room, wired: a router over fake slots (or any other router), policy, timers, dispatcher.
class ExecutionHarness {
    std::optional<execution::LiveRouter> _own;

  public:
    explicit ExecutionHarness(const Slots& slots, execution::DispatcherSettings settings = {},
                              const execution::Policy& policy = allowAll())
        : _own(std::in_place, std::vector<execution::Profile>{{"LinuxAgent", "default", {"BashExecutor"}, {}}},
               execution::ToolTable::build(slots)),
          dispatcher(*_own, policy, timers, clock, settings) {}
    explicit ExecutionHarness(const execution::LiveRouter& router)
        : dispatcher(router, allowAll(), timers, clock, execution::DispatcherSettings{}) {}

    base::SystemClock clock;
    base::TimerQueue timers;
    execution::Dispatcher dispatcher;
};

/// A COMMAND of the server. `actions` is JSON text.
inline protocol::ServerMessagePtr commandOf(const std::string& session, const std::string& actions,
                                            const std::string& responseId = "r",
                                            const std::string& agent = "LinuxAgent") {
    return std::get<protocol::ServerMessagePtr>(protocol::Decoder().decode(
        R"({"type":"command","status":"continue","agent_name":")" + agent + R"(","session_id":")" + session +
        R"(","response_id":")" + responseId + R"(","actions":)" + actions + "}"));
}

/// A caller that sends COMMANDs through a front door and collects the answers.
class Caller {
    std::mutex _mutex;
    std::condition_variable _changed;
    std::vector<execution::FinishedBatch> _answers;

  public:
    explicit Caller(execution::Dispatcher& dispatcher)
        : door(dispatcher, [this](execution::FinishedBatch batch) { add(std::move(batch)); }) {}

    void command(const std::string& session, const std::string& actions, const std::string& agent = "LinuxAgent") {
        door.submit(commandOf(session, actions, "r", agent));
    }

    /// The answers in the order in which they came, once there are `count`.
    std::vector<execution::FinishedBatch> answers(std::size_t count) {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, std::chrono::seconds(30), [&] { return _answers.size() >= count; });
        return _answers;
    }

    bool hasPending(std::size_t count) const {
        return comesTrue([&] { return door.pending() == count; });
    }

    std::vector<protocol::ActionResult> results(const std::string& actions, const std::string& agent = "LinuxAgent") {
        command("s", actions, agent);
        const auto all = answers(1);
        return all.empty() ? std::vector<protocol::ActionResult>() : all.back().results;
    }

    execution::FrontDoor door;

  private:
    void add(execution::FinishedBatch batch) {
        const std::lock_guard lock(_mutex);
        _answers.push_back(std::move(batch));
        _changed.notify_all();
    }
};

/// The execution room with one caller.
class DispatcherHarness : public ExecutionHarness, public Caller {
  public:
    explicit DispatcherHarness(const Slots& slots, execution::DispatcherSettings settings = {},
                               const execution::Policy& policy = allowAll())
        : ExecutionHarness(slots, settings, policy), Caller(dispatcher) {}
};

}  // namespace aip::tests

#pragma once

#include "execution/dispatcher.h"
#include "protocol/decoder.h"
#include "tests/support/comes_true.h"
#include "tests/support/fake_slot.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace aip::tests {

/// The execution room set up over fake slots, and what comes out of it.
class DispatcherHarness {
  public:
    explicit DispatcherHarness(
        const std::vector<std::shared_ptr<plugins::Slot>>& slots, execution::DispatcherSettings settings = {},
        std::vector<execution::Profile> profiles = {{"LinuxAgent", "default", {"BashExecutor"}, {}}})
        : router(std::move(profiles), *execution::ToolTable::build(slots)),
          dispatcher(router, policy, timers, clock, settings,
                     [this](execution::FinishedBatch batch) { take(std::move(batch)); }) {}

    void command(const std::string& session, const std::string& actions, const std::string& agent = "LinuxAgent",
                 const std::string& root = "") {
        protocol::Decoder decoder;
        auto decoded = decoder.decode(R"({"type":"command","status":"continue","agent_name":")" + agent +
                                      R"(","root_name":")" + root + R"(","session_id":")" + session +
                                      R"(","response_id":"r","actions":)" + actions + "}");
        dispatcher.submit(std::get<protocol::ServerMessagePtr>(std::move(decoded)));
    }

    /// The answers in the order in which they came, once there are `count`.
    std::vector<execution::FinishedBatch> answers(std::size_t count) {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, std::chrono::seconds(30), [&] { return _answers.size() >= count; });
        return _answers;
    }

    bool hasPending(std::size_t count) const {
        return comesTrue([&] { return dispatcher.pending() == count; });
    }

    std::vector<protocol::ActionResult> results(const std::string& actions, const std::string& agent = "LinuxAgent",
                                                const std::string& root = "") {
        command("s", actions, agent, root);
        const auto all = answers(1);
        return all.empty() ? std::vector<protocol::ActionResult>() : all.back().results;
    }

    base::SystemClock clock;
    execution::AllowAll policy;
    execution::LiveRouter router;
    base::TimerQueue timers;
    execution::Dispatcher dispatcher;

  private:
    void take(execution::FinishedBatch batch) {
        const std::lock_guard lock(_mutex);
        _answers.push_back(std::move(batch));
        _changed.notify_all();
    }

    std::mutex _mutex;
    std::condition_variable _changed;
    std::vector<execution::FinishedBatch> _answers;
};

}  // namespace aip::tests

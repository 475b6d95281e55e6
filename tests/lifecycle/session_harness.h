#pragma once

#include "lifecycle/session.h"
#include "tests/support/fake_channel.h"
#include "tests/support/fake_slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace aip::tests {

inline constexpr auto accepted = R"({"type":"heartbeat","status":"ok"})";

inline lifecycle::SessionSettings quickSession() {
    lifecycle::SessionSettings settings;
    settings.clientId = "dev1";
    settings.endpoint.url = "ws://127.0.0.1:1/ws";
    settings.heartbeatInterval = std::chrono::seconds(30);
    return settings;
}

using Slots = std::vector<std::shared_ptr<plugins::Slot>>;

/// "wait" runs until it is cancelled, "release" until the test lets it go.
inline hosting::Outcome run(hosting::Call& call, std::shared_future<void>& released) {
    if (call.request().tool == "release") {
        released.wait_for(std::chrono::seconds(30));
        return hosting::Outcome::success("\"released\"");
    }
    if (call.request().tool == "wait") {
        return call.waitCancelled(std::chrono::seconds(30)) ? call.cancelOutcome()
                                                            : hosting::Outcome::success("\"waited\"");
    }
    return hosting::Outcome::success("{\"ok\":true}");
}

/// A session on a thread of its own; the test plays the network and the clock.
class SessionHarness {
  public:
    explicit SessionHarness(lifecycle::SessionSettings settings = quickSession(),
                            const std::string& info = R"({"hostname":"h"})")
        : slot(fakeSlot("p", {tool("noop"), tool("wait"), tool("release")},
                        [let = released.get_future().share()](hosting::Call& call) mutable { return run(call, let); })),
          describer(fakeSlot("d", {},
                             [info](hosting::Call&) {
                                 return info.empty() ? hosting::Outcome::failure(base::Code::internal, "x")
                                                     : hosting::Outcome::success(info);
                             })),
          router({{"LinuxAgent", "default", {"BashExecutor"}, {}}}, *execution::ToolTable::build({slot})),
          dispatcher(std::in_place, router, policy, timers, systemClock, execution::DispatcherSettings{},
                     [this](execution::FinishedBatch batch) {
                         session.finished(std::move(batch));
                         ++answersGiven;
                         answersGiven.notify_all();
                     }),
          watchdog(timers, std::chrono::seconds(1)),
          profile(
              {"dev1", "linux", {}, std::chrono::seconds(20)}, [this] { return Slots{describer}; }, watchdog,
              systemClock),
          session(std::move(settings), {channel, *dispatcher, profile, clock, [] { return 0.5; },
                                        [] { return std::string(R"("agent":{"name":"test"})"); }}),
          thread([this] { ended.set_value(session.run()); }) {}

    ~SessionHarness() {
        session.stop();
        session.stop();
        thread.join();
        dispatcher.reset();  // its last answers still go to the session
    }

    void connect() {
        EXPECT_EQ(channel.next(), "open");
        channel.opened();
        EXPECT_THAT(channel.next(), testing::StartsWith(R"({"type":"register","status":"ok")"));
    }

    void registerDevice() {
        connect();
        channel.receive(accepted);
        EXPECT_TRUE(session.waitRegistered(std::chrono::seconds(20)));
    }

    void command(const std::string& tool, const std::string& sessionId = "s1", const std::string& status = "continue") {
        channel.receive(R"({"type":"command","status":")" + status + R"(","agent_name":"LinuxAgent","session_id":")" +
                        sessionId + R"(","response_id":"r-)" + tool + R"(","actions":[{"tool_name":")" + tool +
                        R"(","call_id":"c"}]})");
    }

    void pass(base::Clock::Duration time) {
        channel.settle();
        clock.advance(time);
    }

    /// Until the session has been given so many answers.
    void answered(int count) {
        for (int seen = answersGiven; seen < count; seen = answersGiven) {
            answersGiven.wait(seen);
        }
        channel.settle();
    }

    std::promise<void> released;
    ManualClock clock;
    FakeChannel channel{clock};
    base::SystemClock systemClock;
    std::shared_ptr<FakeSlot> slot;
    std::shared_ptr<FakeSlot> describer;
    execution::AllowAll policy;
    execution::LiveRouter router;
    base::TimerQueue timers;
    std::optional<execution::Dispatcher> dispatcher;
    execution::CallWatchdog watchdog;
    lifecycle::DeviceProfile profile;
    lifecycle::Session session;
    std::promise<lifecycle::Session::End> ended;
    std::atomic<int> answersGiven{0};
    std::thread thread;
};

}  // namespace aip::tests

#pragma once

#include "base/guarded.h"
#include "tests/support/agent_harness.h"
#include "tests/support/fake_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>

namespace aip::tests {

inline constexpr auto accepted = R"({"type":"heartbeat","status":"ok"})";

inline lifecycle::SessionSettings quickSession() {
    lifecycle::SessionSettings settings;
    settings.clientId = "dev1";
    settings.endpoint.url = "ws://127.0.0.1:1/ws";
    settings.heartbeatInterval = std::chrono::seconds(30);
    return settings;
}

/// "wait" runs until it is cancelled, "release" until the test releases it, "large" has a large result.
inline hosting::Outcome run(hosting::Call& call, std::shared_future<void>& released) {
    if (call.request().tool == "release") {
        released.wait_for(std::chrono::seconds(30));
        return hosting::Outcome::success("\"released\"");
    }
    if (call.request().tool == "wait") {
        return call.waitCancelled(std::chrono::seconds(30)) ? call.cancelOutcome()
                                                            : hosting::Outcome::success("\"waited\"");
    }
    if (call.request().tool == "large") {
        return hosting::Outcome::success('"' + std::string(10'000, 'x') + '"');
    }
    return hosting::Outcome::success("{\"ok\":true}");
}

/// A session with one plugin; the test plays the network and the clock.
class SessionHarness {
  public:
    explicit SessionHarness(lifecycle::SessionSettings settings = quickSession(),
                            const std::string& info = R"({"hostname":"h"})")
        : slot(fakeSlot("p", {tool("noop"), tool("wait"), tool("release"), tool("large")},
                        [let = released.get_future().share()](hosting::Call& call) mutable { return run(call, let); })),
          describer(fakeSlot("d", {},
                             [info](hosting::Call&) {
                                 return info.empty() ? hosting::Outcome::failure(base::Code::internal, "x")
                                                     : hosting::Outcome::success(info);
                             })),
          agent({.session = std::move(settings),
                 .channel = channel,
                 .clock = clock,
                 .slots = {slot},
                 .describers = {describer},
                 .about = R"("agent":{"name":"test"})",
                 .tasks = {[this](const auto& task) { tell('+', task->name); },
                           [this](const auto& task) { tell('-', task->name); }}}) {}

    void connect() {
        EXPECT_EQ(channel.next(), "open");
        channel.opened();
        EXPECT_THAT(channel.next(), testing::StartsWith(R"({"type":"register","status":"ok")"));
    }

    void registerDevice() {
        connect();
        channel.receive(accepted);
        channel.waitIdle();
    }

    void expectAHeartbeat() {
        pass(std::chrono::seconds(30));
        EXPECT_THAT(channel.next(), testing::HasSubstr(R"("type":"heartbeat")"));
    }

    void command(const std::string& tool, const std::string& sessionId = "s1", const std::string& status = "continue") {
        channel.receive(R"({"type":"command","status":")" + status + R"(","agent_name":"LinuxAgent","session_id":")" +
                        sessionId + R"(","response_id":"r-)" + tool + R"(","actions":[{"tool_name":")" + tool +
                        R"(","call_id":"c"}]})");
    }

    void pass(base::Clock::Duration time) {
        channel.waitIdle();
        clock.advance(time);
    }

    /// Waits until all commands are answered and the session has processed the answers.
    void allAnswered() {
        EXPECT_TRUE(comesTrue([&] { return agent.dispatcher().pending() == 0; }));
        channel.waitIdle();
    }

    /// The tasks that have begun and ended so far: "+t1 -t1".
    std::string heard() {
        channel.waitIdle();
        return told.with([](const std::string& text) { return text; });
    }

    lifecycle::Session::End ended() { return agent.ended.get_future().get(); }

    std::promise<void> released;
    base::Guarded<std::string> told;
    ManualClock clock;
    FakeChannel channel{clock};
    std::shared_ptr<FakeSlot> slot;
    std::shared_ptr<FakeSlot> describer;
    AgentHarness agent;
    lifecycle::Session& session = agent.session;

  private:
    void tell(char what, const std::string& name) {
        told.with([&](std::string& text) { text += (text.empty() ? "" : " ") + std::string(1, what) + name; });
    }
};

}  // namespace aip::tests

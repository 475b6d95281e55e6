#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using aip::base::Code;
using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;
using namespace std::chrono_literals;

/// Holds for every isolation.
class AnySlot : public testing::TestWithParam<Isolation> {};

TEST_P(AnySlot, startsThePluginWithItsFirstCall) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_EQ(fixture.slot->state(), SlotState::idle);
    EXPECT_TRUE(fixture.log.lines().empty());
    EXPECT_EQ(fixture.run("echo", R"({"a":[1,"é"]})").text(), R"({"a":[1,"é"]})");
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_EQ(fixture.slot->reason(), "");
    EXPECT_EQ(fixture.slot->manifest().id, "good");
}

TEST_P(AnySlot, startsWhenTold) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_TRUE(fixture.slot->start());
    EXPECT_TRUE(fixture.slot->start());
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_EQ(fixture.log.lines(), std::vector<std::string>{"2 start"});
}

TEST_P(AnySlot, tellsThePluginAboutItsCall) {
    SlotSettings settings = isolated(GetParam());
    settings.configJson = R"({"mode":"fast"})";
    SlotFixture fixture("good", settings);
    const TestCall call = fixture.run("describe");
    EXPECT_EQ(call.text(), R"({"id":")" + call.call()->request().id +
                               R"(","tool_type":"action","cancelled":0,"in_time":true,"config":{"mode":"fast"}})");
}

TEST_P(AnySlot, collectsDeviceInfo) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_EQ(fixture.run("").text(), R"({"platform":"test"})");
    SlotFixture without("pair", isolated(GetParam()));
    EXPECT_EQ(without.run("").text(), "UNSUPPORTED: the plugin returned status UNSUPPORTED");
}

TEST_P(AnySlot, turnsAStatusIntoAFailure) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_EQ(fixture.run("fail").text(), "PLUGIN_1003: no luck");
    EXPECT_EQ(fixture.run("refuse").text(), "DENIED: the plugin returned status DENIED");
    EXPECT_EQ(fixture.run("strange").text(), "INTERNAL: the plugin returned status UNKNOWN_-5");
    EXPECT_EQ(fixture.run("nothing").text(), "null");
}

TEST_P(AnySlot, cutsALongError) {
    SlotFixture fixture("good", isolated(GetParam()));
    const std::string text = fixture.run("complain", '"' + std::string(200'000, 'x') + '"').text();
    EXPECT_TRUE(text.starts_with("INVALID: \"xxx")) << text.substr(0, 100);
    EXPECT_NE(text.find("x... ("), std::string::npos);
    EXPECT_LT(text.size(), aip::hosting::Outcome::longestError + 100);
}

TEST_P(AnySlot, carriesLargeTextsBothWays) {
    SlotFixture fixture("good", isolated(GetParam()));
    for (const std::size_t size : {60'000UL, 65'536UL, 65'537UL, 1UL << 20U, 20UL << 20U, 2UL << 20U, 70'000UL}) {
        const std::string text = "\"" + std::string(size - 2, static_cast<char>('a' + size % 26)) + "\"";
        EXPECT_EQ(fixture.run("echo", text).text(), text);
    }
}

TEST_P(AnySlot, passesProgressOn) {
    SlotFixture fixture("good", isolated(GetParam()));
    const TestCall call = fixture.run("echo");
    EXPECT_EQ(call.text(), "{}");
    EXPECT_EQ(call.progress(), "1000 half");
}

TEST_P(AnySlot, limitsTheResult) {
    SlotSettings settings = isolated(GetParam());
    settings.maxResultSize = 1U << 20U;
    SlotFixture fixture("good", settings);
    EXPECT_EQ(fixture.run("big").text(), "EXHAUSTED: the result has 2097152 bytes, the limit is 1048576");
    SlotFixture roomy("pair", isolated(GetParam()));
    EXPECT_EQ(roomy.run("big").text().size(), 2U << 20U);
}

/// A process for each call is slow.
int callsOf(Isolation isolation, int calls) {
    return isolation == Isolation::perCall ? calls / 10 : calls;
}

TEST_P(AnySlot, runsCallsInTheirOrder) {
    const int count = callsOf(GetParam(), 200);
    SlotFixture fixture("good", isolated(GetParam()));
    std::vector<TestCall> calls;
    std::vector<int> order;
    for (int i = 0; i < count; ++i) {
        calls.emplace_back("echo", std::to_string(i), [&order, i] { order.push_back(i); });
        fixture.slot->invoke(calls.back().call());
    }
    std::vector<int> expected;
    for (int i = 0; i < count; ++i) {
        expected.push_back(i);
        EXPECT_EQ(calls[static_cast<std::size_t>(i)].text(), std::to_string(i));
    }
    EXPECT_EQ(order, expected);
}

TEST_P(AnySlot, runsAsManyCallsAtOnceAsTheManifestSays) {
    SlotFixture fixture("pair", isolated(GetParam()));
    const TestCall calls[] = {fixture.run("wait"), fixture.run("wait"), fixture.run("wait")};
    EXPECT_TRUE(fixture.log.waitFor("2 inside " + calls[0].call()->request().id));
    EXPECT_TRUE(fixture.log.waitFor("2 inside " + calls[1].call()->request().id));
    EXPECT_EQ(fixture.log.count("2 inside"), 2U);
    for (const TestCall& call : calls) {
        EXPECT_TRUE(fixture.log.waitFor("2 inside " + call.call()->request().id));
        call.call()->cancel(Code::cancelled, "enough");
        fixture.slot->cancelled(*call.call());
        EXPECT_EQ(call.text(), "CANCELLED: enough");
    }
}

TEST_P(AnySlot, tellsThePluginThatARunningCallIsCancelled) {
    SlotFixture fixture("good", isolated(GetParam()));
    const TestCall call = fixture.run("wait_told");
    const std::string id = call.call()->request().id;
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + id));
    call.call()->cancel(Code::cancelled, "enough");
    fixture.slot->cancelled(*call.call());
    EXPECT_TRUE(fixture.log.waitFor("2 cancel " + id));
    EXPECT_EQ(call.text(), "CANCELLED: enough");
}

TEST_P(AnySlot, endsACancelledCallThatStillWaitsAtOnce) {
    SlotFixture fixture("good", isolated(GetParam()));
    const TestCall running = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + running.call()->request().id));
    const TestCall waiting = fixture.run("wait");
    waiting.call()->cancel(Code::deadline, "no time left");
    fixture.slot->cancelled(*waiting.call());
    EXPECT_EQ(waiting.text(), "DEADLINE: no time left");
    EXPECT_FALSE(running.finished());
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(fixture.log.count("2 inside"), 1U);
}

TEST_P(AnySlot, refusesMoreCallsThanItsQueueHolds) {
    SlotSettings settings = isolated(GetParam());
    settings.maxQueue = 2;
    SlotFixture fixture("good", settings);
    const TestCall running = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + running.call()->request().id));
    const TestCall second = fixture.run("echo");
    const TestCall third = fixture.run("echo");
    EXPECT_EQ(fixture.run("echo").text(), "EXHAUSTED: plugin 'good' is busy: 2 calls wait");
    running.call()->cancel(Code::cancelled, "enough");
    fixture.slot->cancelled(*running.call());
    EXPECT_EQ(second.text(), "{}");
    EXPECT_EQ(third.text(), "{}");
}

TEST_P(AnySlot, cancelsWhatRunsWhenItStops) {
    SlotFixture fixture("good", isolated(GetParam()));
    const TestCall running = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + running.call()->request().id));
    const TestCall waiting = fixture.run("wait");
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(running.text(), "CANCELLED: the plugin is stopped");
    EXPECT_EQ(waiting.text(), "CANCELLED: the plugin is stopped");
    EXPECT_EQ(fixture.run("echo").text(), "UNAVAILABLE: plugin 'good' is stopped");
    EXPECT_EQ(fixture.slot->state(), SlotState::stopped);
    const auto lines = fixture.log.lines();
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines[lines.size() - 2], "2 stop");
    EXPECT_EQ(lines.back(), "2 destroy");
    EXPECT_TRUE(fixture.slot->stop(30s));
}

TEST_P(AnySlot, stopsWithoutEverHavingStarted) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_TRUE(fixture.log.lines().empty());
}

TEST_P(AnySlot, staysUsableWhenAnAbandonedCallHasReturnedInTime) {
    SlotFixture fixture("good", isolated(GetParam()));
    const TestCall call = fixture.run("echo");
    EXPECT_EQ(call.text(), "{}");
    fixture.slot->abandon(*call.call());
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
}

TEST_P(AnySlot, finishesEveryCallExactlyOnceWhateverHappensAtOnce) {
    const int each = callsOf(GetParam(), 100);
    for (int round = 0; round < 5; ++round) {
        SlotFixture fixture("pair", isolated(GetParam()));
        std::atomic<int> finished = 0;
        std::vector<std::vector<TestCall>> calls(4);
        std::vector<std::thread> threads;
        for (auto& mine : calls) {
            threads.emplace_back([&] {
                for (int i = 0; i < each; ++i) {
                    mine.emplace_back(i % 10 == 0 ? "wait" : "echo", "{}", [&] { ++finished; });
                    fixture.slot->invoke(mine.back().call());
                    if (i % 10 == 0) {
                        mine.back().call()->cancel(Code::cancelled, "enough");
                        fixture.slot->cancelled(*mine.back().call());
                    }
                }
            });
        }
        if (round % 2 == 1) {
            EXPECT_TRUE(fixture.slot->stop(60s));
        }
        for (auto& thread : threads) {
            thread.join();
        }
        for (const auto& mine : calls) {
            for (const TestCall& call : mine) {
                EXPECT_NE(call.outcome().error, "TEST: the call was never finished");
            }
        }
        EXPECT_EQ(finished, 4 * each);
    }
}

INSTANTIATE_TEST_SUITE_P(Isolation, AnySlot,
                         testing::Values(Isolation::inProcess, Isolation::process, Isolation::perCall),
                         [](const auto& each) { return aip::tests::nameOf(each.param); });

}  // namespace

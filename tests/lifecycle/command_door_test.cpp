#include "lifecycle/command_door.h"

#include "tests/support/command_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace aip;
using namespace std::chrono_literals;
using hosting::Call;
using hosting::Outcome;
using testing::HasSubstr;
using tests::Caller;
using tests::comesTrue;

namespace {

/// "wait" runs until it is cancelled, "stubborn" until the test releases it, "echo" and "large" return at once.
Outcome run(Call& call, const std::shared_future<void>& released) {
    if (call.request().tool == "wait") {
        return call.waitCancelled(30s) ? call.cancelOutcome() : Outcome::success("\"waited\"");
    }
    if (call.request().tool == "stubborn") {
        released.wait_for(30s);
    }
    return Outcome::success(call.request().tool == "large" ? '"' + std::string(100'000, 'x') + '"' : "\"done\"");
}

/// Two doors of one dispatcher.
class CommandDoors : public testing::Test {
  protected:
    explicit CommandDoors(execution::DispatcherSettings shared = {.cancelGrace = 50ms},
                          lifecycle::CommandDoorSettings doors = {})
        : execution({slot}, shared), settings(doors) {}
    ~CommandDoors() override { letGo(); }

    void letGo() {
        if (!std::exchange(released, true)) {
            release.set_value();
        }
    }

    static std::string action(const std::string& tool) { return R"([{"tool_name":")" + tool + "\"}]"; }
    static std::string error(const lifecycle::FinishedBatch& batch) {
        return batch.results.at(0).error.value_or("none");
    }
    static std::string session(const lifecycle::FinishedBatch& batch) {
        return std::string(batch.command->sessionId.value_or(""));
    }

    std::promise<void> release;
    bool released = false;
    const std::shared_ptr<tests::FakeSlot> slot =
        tests::fakeSlot("p", {tests::tool("wait"), tests::tool("echo"), tests::tool("stubborn"), tests::tool("large")},
                        [released = release.get_future().share()](Call& call) { return run(call, released); });
    tests::ExecutionHarness execution;
    const lifecycle::CommandDoorSettings settings;
    std::optional<Caller> left{std::in_place, execution.dispatcher, settings};
    std::optional<Caller> right{std::in_place, execution.dispatcher, settings};
};

class FewPlaces : public CommandDoors {
  protected:
    FewPlaces() : CommandDoors({.maxPlaces = 2}) {}
};

TEST_F(CommandDoors, cancelOnlyTheirOwn) {
    left->command("s", action("wait"));
    right->command("s", action("wait"));
    left->door.cancelAll("the connection to the server was lost");
    EXPECT_THAT(error(left->answers(1).at(0)), HasSubstr("the connection to the server was lost"));
    right->command("t", action("echo"));
    EXPECT_EQ(session(right->answers(1).at(0)), "t");
    EXPECT_TRUE(right->hasPending(1));
    right->door.cancelSession("s", "enough");
    EXPECT_THAT(error(right->answers(2).at(1)), HasSubstr("enough"));
}

TEST_F(CommandDoors, cancelASessionOfTheirOwnOnly) {
    left->command("s", action("wait"));
    right->door.cancelSession("s", "not yours");
    left->door.cancelSession("s", "mine");
    EXPECT_THAT(error(left->answers(1).at(0)), HasSubstr("mine"));
}

TEST_F(CommandDoors, runSessionsOfTheSameNameInParallel) {
    left->command("s", action("wait"));
    right->command("s", action("echo"));
    EXPECT_EQ(error(right->answers(1).at(0)), "none");
    EXPECT_EQ(left->door.pending(), 1U);
    EXPECT_TRUE(comesTrue([&] { return execution.dispatcher.pending() == 1; }));
}

TEST_F(CommandDoors, refuseForThemselves) {
    left->door.refuseNew("closed");
    EXPECT_EQ(left->results(action("echo"))[0].error, "closed");
    EXPECT_FALSE(right->results(action("echo"))[0].error);
}

TEST_F(FewPlaces, shareTheLimit) {
    left->command("a", action("wait"));
    right->command("b", action("wait"));
    right->command("c", action("echo"));
    EXPECT_EQ(session(right->answers(1).at(0)), "c");
    EXPECT_THAT(error(right->answers(1).at(0)), HasSubstr("too many commands"));
    left->door.cancelAll("enough");
    EXPECT_TRUE(left->hasPending(0));
    right->command("d", action("echo"));
    EXPECT_EQ(session(right->answers(2).at(1)), "d");
    EXPECT_EQ(error(right->answers(2).at(1)), "none");
}

class LittleRoom : public CommandDoors {
  protected:
    LittleRoom() : CommandDoors({.cancelGrace = 50ms}, {.maxAnswerSize = 65'536, .maxWaitingSize = 34'464}) {}

    static std::string padded(const std::string& tool, std::size_t size) {
        return R"([{"tool_name":")" + tool + R"(","parameters":{"pad":")" + std::string(size, 'x') + R"("}}])";
    }

    /// In the end: another thread lets go of what took the room.
    bool takes(const std::string& session, std::size_t size) {
        return comesTrue([&] {
            left->forgetAnswers();
            left->command(session, padded("echo", size));
            return error(left->answers(1).at(0)) == "none";
        });
    }
};

TEST_F(LittleRoom, keepsAsManyBytesOfCommandsAndTakesMoreWhenTheirAnswersAreLetGo) {
    left->command("a", padded("wait", 50'000));
    left->command("b", padded("echo", 60'000));
    EXPECT_EQ(session(left->answers(1).at(0)), "b");
    EXPECT_THAT(error(left->answers(1).at(0)), HasSubstr("at most 100000 bytes of commands"));
    right->command("b", padded("echo", 60'000));
    EXPECT_EQ(error(right->answers(1).at(0)), "none");
    left->door.cancelAll("enough");
    EXPECT_TRUE(left->hasPending(0));
    left->command("c", padded("echo", 60'000));
    EXPECT_THAT(error(left->answers(3).at(2)), HasSubstr("at most 100000 bytes of commands"));
    left->forgetAnswers();
    EXPECT_TRUE(takes("d", 60'000));
}

TEST_F(LittleRoom, countsACancelledCommandUntilItsToolReturns) {
    left->command("a", padded("stubborn", 50'000));
    left->door.cancelAll("enough");
    EXPECT_THAT(error(left->answers(1).at(0)), HasSubstr("enough"));
    EXPECT_TRUE(left->hasPending(0));
    left->forgetAnswers();
    left->command("b", padded("echo", 60'000));
    EXPECT_THAT(error(left->answers(1).at(0)), HasSubstr("at most 100000 bytes of commands"));
    letGo();
    EXPECT_TRUE(takes("c", 60'000));
}

class LittleRoomForResults : public CommandDoors {
  protected:
    LittleRoomForResults() : CommandDoors({}, {.maxKeptSize = 10'000}) {}
};

TEST_F(LittleRoomForResults, countsThemUntilTheAnswerIsLetGo) {
    EXPECT_FALSE(left->results(action("large"))[0].error);
    left->command("b", action("large"));
    EXPECT_THAT(error(left->answers(2).at(1)), HasSubstr("keep until they are answered"));
    left->forgetAnswers();
    EXPECT_FALSE(left->results(action("large"))[0].error);
}

TEST_F(LittleRoom, takesOneCommandOfAnySize) {
    left->command("a", padded("echo", 500'000));
    EXPECT_EQ(error(left->answers(1).at(0)), "none");
}

TEST_F(LittleRoom, refusesACommandWhoseFailuresAloneFillAMessage) {
    std::string actions = "[";
    for (int i = 0; i < 200; ++i) {
        actions += R"({"tool_name":"echo"},)";
    }
    left->command("a", actions + R"({"tool_name":"echo"}])");
    const auto answers = left->answers(1);
    ASSERT_EQ(answers.at(0).results.size(), 1U);
    EXPECT_THAT(error(answers.at(0)), HasSubstr("a message at most 65536"));
}

TEST_F(CommandDoors, answerACommandBeyondALimitWithOneFailure) {
    std::string actions = "[";
    for (int i = 0; i < 20'000; ++i) {
        actions += R"({"tool_name":"echo"},)";
    }
    left->command("a", actions + R"({"tool_name":"echo"}])");
    const auto answers = left->answers(1);
    ASSERT_EQ(answers.at(0).results.size(), 1U);
    EXPECT_THAT(error(answers.at(0)), HasSubstr("20001 actions, at most 1000"));
    EXPECT_EQ(slot->invoked, 0);
}

TEST_F(CommandDoors, doNotCloseBeforeTheLastAnswerIsTaken) {
    std::vector<std::string> errors;
    {
        lifecycle::CommandDoor door(execution.dispatcher, {},
                                    [&](const auto& batch) { errors.push_back(error(batch)); });
        for (const auto* tool : {"stubborn", "echo", "wait"}) {
            door.submit(tests::commandOf("s", action(tool)));
        }
    }
    ASSERT_EQ(errors.size(), 3U);
    for (const auto& each : errors) {
        EXPECT_THAT(each, HasSubstr("this device is shutting down"));
    }
}

TEST_F(CommandDoors, startACommandWhileTheAnswerBeforeItIsPassedAndKeepTheOrderOfAnswers) {
    std::vector<std::string> answered;
    std::optional<lifecycle::CommandDoor> door;
    bool ranMeanwhile = false;
    door.emplace(execution.dispatcher, settings, [&](const lifecycle::FinishedBatch& batch) {
        if (answered.empty()) {
            door->submit(tests::commandOf("s", action("echo"), "second"));
            ranMeanwhile = comesTrue([&] { return slot->invoked == 2 && execution.calls.empty(); });
            door->submit(tests::commandOf("s", action("echo"), "third"));
        }
        answered.emplace_back(batch.command->responseId.value_or(""));
    });
    door->submit(tests::commandOf("s", action("echo"), "first"));
    EXPECT_TRUE(comesTrue([&] { return door->pending() == 0; }));
    EXPECT_TRUE(ranMeanwhile);
    EXPECT_THAT(answered, testing::ElementsAre("first", "second", "third"));
}

TEST_F(CommandDoors, startWhatWaitsAfterTheAnswerBeforeIt) {
    std::vector<std::string> events;
    lifecycle::CommandDoor door(execution.dispatcher, settings, [&](const lifecycle::FinishedBatch& batch) {
        events.push_back(std::to_string(slot->invoked) + " before " + std::string(batch.command->responseId.value()));
    });
    door.submit(tests::commandOf("s", action("stubborn"), "first"));
    door.submit(tests::commandOf("s", action("echo"), "second"));
    letGo();
    EXPECT_TRUE(comesTrue([&] { return door.pending() == 0; }));
    EXPECT_THAT(events, testing::ElementsAre("1 before first", "2 before second"));
}

TEST_F(CommandDoors, closeWithoutDisturbingTheOthers) {
    left->command("s", action("wait"));
    right->command("s", action("wait"));
    left.reset();
    EXPECT_EQ(execution.dispatcher.pending(), 1U);
    EXPECT_EQ(right->door.pending(), 1U);
    right->door.cancelAll("enough");
    EXPECT_THAT(error(right->answers(1).at(0)), HasSubstr("enough"));
}

}  // namespace

// Whatever allocation fails while a COMMAND is taken: it has one answer, or none because it was not taken.

#include "tests/support/command_harness.h"
#include "tests/support/failing_memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <string>

using namespace aip;
using namespace std::chrono_literals;

namespace {

/// Counts the answers; allocates nothing.
struct Answers {
    std::atomic<std::size_t> count{0};
    std::atomic<std::size_t> results{0};

    void operator()(const lifecycle::FinishedBatch& batch) {
        results += batch.results.size();
        ++count;
    }
};

/// True if `door` has taken the COMMAND.
bool submit(lifecycle::CommandDoor& door, const protocol::ServerMessagePtr& command, std::size_t failing) {
    tests::failAllocation(failing);
    try {
        door.submit(command);
    } catch (const std::bad_alloc&) {
        return false;
    }
    return true;
}

hosting::Outcome waitOrAnswer(hosting::Call& call) {
    return call.request().tool == "wait" && call.waitCancelled(10s) ? call.cancelOutcome()
                                                                    : hosting::Outcome::success("1");
}

/// Submits the COMMAND twice, the first time with one allocation failing. True if that many allocations were made.
bool checkAnswers(execution::Dispatcher& dispatcher, const protocol::ServerMessagePtr& command, std::size_t failing) {
    Answers answers;
    std::size_t taken = 1;
    bool reached = false;
    {
        lifecycle::CommandDoor door(dispatcher, {},
                                    [&answers](const lifecycle::FinishedBatch& batch) { answers(batch); });
        taken += submit(door, command, failing) ? 1 : 0;
        reached = tests::allocationHasFailed();
        tests::failAllocation(0);
        door.submit(command);
        EXPECT_TRUE(tests::comesTrue([&] { return answers.count >= taken; })) << failing;
    }
    EXPECT_EQ(answers.count, taken) << failing;
    EXPECT_EQ(answers.results, 2 * taken) << failing;
    return reached;
}

}  // namespace

TEST(LittleMemory, leavesNoCommandWithTwoAnswersOrWaitingForOne) {
    execution::DispatcherSettings settings;
    settings.toolTimeout = 20ms;
    settings.cancelGrace = 20ms;
    tests::ExecutionHarness harness({tests::fakeSlot("p", {tests::tool("wait"), tests::tool("echo")}, waitOrAnswer)},
                                    settings);
    for (const std::string name : {"echo", "wait"}) {
        const auto command =
            tests::commandOf("a session whose name fills no small string",
                             R"([{"tool_name":")" + name + R"(","call_id":"1"},{"tool_name":"echo"}])");
        for (std::size_t failing = 1; checkAnswers(harness.dispatcher, command, failing); ++failing) {
        }
    }
    EXPECT_EQ(harness.dispatcher.pending(), 0U);
}

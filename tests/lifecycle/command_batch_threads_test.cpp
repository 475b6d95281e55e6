// On which threads the actions of a COMMAND run, and what becomes of them without memory or when they are cancelled.

#include "lifecycle/command_batch.h"
#include "tests/lifecycle/batch_harness.h"
#include "tests/support/command_harness.h"
#include "tests/support/fake_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

using namespace aip;
using hosting::Call;
using hosting::Outcome;
using protocol::ResultStatus;
using tests::CommandHarness;
using tests::fakeSlot;
using tests::tool;
using tests::batch::action;
using tests::batch::list;
using tests::batch::listing;
using tests::batch::Plugin;

namespace {

/// Of one COMMAND at a time, so it needs no lock.
using NotedThreads = std::vector<std::thread::id>;

/// Notes where it is asked: the parameters are checked there, too.
class NotingPolicy final : public execution::Policy {
  public:
    explicit NotingPolicy(NotedThreads& threads) : _threads(threads) {}
    execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
        _threads.push_back(std::this_thread::get_id());
        return std::unique_ptr<execution::Permit>();
    }

  private:
    NotedThreads& _threads;
};

}  // namespace

TEST(CommandBatch, goesOnAfterACallOnItsThreadOrOnAWorkerIfThatTakesLong) {
    struct Row {
        std::vector<std::string> between;  ///< actions without a plugin
        std::size_t size;                  ///< of the parameters that follow
        bool onItsThread;
    };
    const std::vector<std::string> few(4, action(""));
    const std::vector<std::string> many(40, action(""));
    const Row rows[] = {{{}, 0, true},          {{}, 8'000, true},    {few, 0, true},  {{}, 20'000, false},
                        {{}, 1'000'000, false}, {few, 20'000, false}, {many, 0, false}};
    for (const auto& row : rows) {
        NotedThreads calls;
        NotedThreads checks;
        NotingPolicy policy(checks);
        const auto slot = fakeSlot("p", {tool("echo")}, [&calls](Call&) {
            calls.push_back(std::this_thread::get_id());
            return Outcome::success("1");
        });
        CommandHarness harness({slot}, {}, policy);
        std::vector<std::string> actions{action("echo")};
        actions.insert(actions.end(), row.between.begin(), row.between.end());
        actions.push_back(action("echo", R"({"a":")" + std::string(row.size, 'x') + R"("})"));
        const auto results = harness.results(list(actions));
        ASSERT_EQ(results.size(), actions.size());
        ASSERT_EQ(calls.size(), 2U);
        ASSERT_EQ(checks.size(), 2U);
        EXPECT_EQ(calls[0] == checks[1], row.onItsThread) << row.between.size() << " " << row.size;
    }
}

TEST(CommandBatch, beginsOnTheThreadOnWhichItComesInOrOnAWorkerIfThatTakesLong) {
    struct Row {
        std::size_t before;  ///< actions without a plugin
        std::size_t size;    ///< of the parameters that follow
        bool onThisThread;
    };
    const Row rows[] = {{0, 0, true}, {60, 0, true}, {0, 60'000, true}, {100, 0, false}, {10, 60'000, false}};
    for (const auto& row : rows) {
        NotedThreads checks;
        NotingPolicy policy(checks);
        const auto slot = fakeSlot("p", {tool("echo")}, [](Call&) { return Outcome::success("1"); });
        CommandHarness harness({slot}, {}, policy);
        std::vector<std::string> actions(row.before, action(""));
        actions.push_back(action("echo", R"({"a":")" + std::string(row.size, 'x') + R"("})"));
        ASSERT_EQ(harness.results(list(actions)).size(), actions.size());
        ASSERT_EQ(checks.size(), 1U);
        EXPECT_EQ(checks[0] == std::this_thread::get_id(), row.onThisThread) << row.before << " " << row.size;
    }
}

TEST(CommandBatch, waitsOnAWorkerWhenItsRecordsMayFindNoRoom) {
    NotedThreads checks;
    NotingPolicy policy(checks);
    tests::FakeTrail trail;
    CommandHarness harness({fakeSlot("p", {tool("echo")}, [](Call&) { return Outcome::success("1"); })}, {}, policy, {},
                           trail);
    trail.crowded = true;
    EXPECT_EQ(harness.results(list({action("echo")})).front().status, ResultStatus::success);
    EXPECT_FALSE(trail.crowded);
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_NE(checks[0], std::this_thread::get_id());
}

namespace {

/// Holds whoever asks until the test lets go.
class HoldingPolicy final : public execution::Policy {
  public:
    explicit HoldingPolicy(std::shared_future<void> released) : _released(std::move(released)) {}
    execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
        _released.wait();
        return std::unique_ptr<execution::Permit>();
    }

  private:
    const std::shared_future<void> _released;
};

}  // namespace

namespace {

/// The sessions in the order in which their COMMANDs are answered, on one worker that all find busy.
std::vector<std::string> orderOf(const std::string& description, const std::string& ofLong,
                                 const std::string& ofShort) {
    std::promise<void> release;
    HoldingPolicy policy(release.get_future().share());
    auto echo = tool("echo");
    echo.description = description;
    CommandHarness harness({fakeSlot("p", {echo}, [](Call&) { return Outcome::success("1"); })}, {.workers = 1},
                           policy);
    harness.command("first", list({action("echo", R"({"a":")" + std::string(100'000, 'x') + R"("})")}));
    harness.command("long", ofLong);
    harness.command("short", ofShort);
    release.set_value();
    std::vector<std::string> order;
    for (const auto& answer : harness.answers(3)) {
        EXPECT_THAT(answer.results,
                    testing::Each(testing::Field(&protocol::ActionResult::status, ResultStatus::success)));
        order.emplace_back(answer.command->sessionId.value_or(""));
    }
    std::erase(order, "first");  // its plugin answers at any time
    return order;
}

}  // namespace

TEST(CommandBatch, letsOthersHaveTheirTurnBetweenTheActionsOfALargeCommand) {
    const auto listings = [](std::size_t count) { return list(std::vector<std::string>(count, listing("null"))); };
    EXPECT_THAT(orderOf("a tool", listings(400), listings(100)), testing::ElementsAre("short", "long"));
}

TEST(CommandBatch, letsOthersHaveTheirTurnBetweenLargeListsOfTools) {
    const auto listings = list(std::vector<std::string>(100, listing("null")));
    const auto nothing = list(std::vector<std::string>(100, action("")));
    EXPECT_THAT(orderOf(std::string(200'000, 'x'), listings, nothing), testing::ElementsAre("short", "long"));
    EXPECT_THAT(orderOf("a tool", listings, nothing), testing::ElementsAre("long", "short"));
}

namespace {

class NoMemory final : public execution::Policy {
  public:
    execution::Admission admit(const execution::Caller&, const execution::Tool& tool, std::string_view) override {
        return tool.manifest.name == "echo" ? throw std::bad_alloc() : std::unique_ptr<execution::Permit>();
    }
};

/// Takes the call and throws: `finishes` says whether the call ends by itself all the same.
class ThrowingSlot final : public tests::FakeSlot {
  public:
    explicit ThrowingSlot(bool finishes)
        : tests::FakeSlot(fakeSlot("p", {tool("any")}, [](Call&) { return Outcome::success("1"); })->manifest(),
                          [](Call&) { return Outcome::success("1"); }),
          _finishes(finishes) {}
    void invoke(std::shared_ptr<Call> call) override {
        if (_finishes) {
            tests::FakeSlot::invoke(call);
        }
        throw std::bad_alloc();
    }

  private:
    const bool _finishes;
};

}  // namespace

TEST(CommandBatch, answersAnActionThatCannotBeCheckedForLackOfMemory) {
    Plugin plugin;
    NoMemory policy;
    CommandHarness harness({plugin.slot}, {}, policy);
    const std::string large(100'000, ' ');  // begins on a worker
    const auto results = harness.results(list({action("echo"), action("wait") + large}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].error, "std::bad_alloc");
    EXPECT_EQ(results[1].status, ResultStatus::skipped);
}

TEST(CommandBatch, answersACallThatASlotThrowsBackExactlyOnce) {
    for (const bool finishes : {false, true}) {
        CommandHarness harness({std::make_shared<ThrowingSlot>(finishes)});
        EXPECT_EQ(harness.results(list({action("any")})).size(), 1U);
        EXPECT_EQ(harness.answers(1).size(), 1U);
        EXPECT_TRUE(harness.hasPending(0));
    }
}

TEST(CommandBatch, answersEachOfManyExactlyOnceWhileTheyAreCancelled) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    constexpr int count = 300;
    for (int i = 0; i < count; ++i) {
        const std::string session = std::to_string(i % 7);
        harness.command(session, list({action("echo"), action(i % 3 == 0 ? "wait" : "echo"), action("echo")}));
        if (i % 5 == 0) {
            harness.door.cancelSession(session, "changed my mind");
        }
    }
    harness.door.cancelAll("end");
    const auto all = harness.answers(count);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(count));
    for (const auto& answer : all) {
        EXPECT_EQ(answer.results.size(), 3U);
    }
    EXPECT_EQ(harness.answers(count).size(), static_cast<std::size_t>(count));
}

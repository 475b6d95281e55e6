// The operator's kill switch: in force at once, kept, seen by other processes, and never open by accident.

#include "execution/operator_lock.h"

#include "base/json_text.h"
#include "tests/support/comes_true.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using namespace aip;
using base::Code;
using execution::OperatorLock;
using execution::RunningCalls;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

/// Something in flight that notes why it is stopped.
class Stoppable final : public execution::InFlight {
  public:
    std::optional<execution::RunningCall> describe() const override { return execution::RunningCall(); }
    execution::Caller caller() const override { return {}; }
    void stop(const base::Error& why, std::optional<std::chrono::milliseconds> /*grace*/) override {
        reasons.with([&](auto& all) { all.push_back(base::codeName(why.code()) + " " + why.text()); });
    }
    std::vector<std::string> heard() const {
        return reasons.with([](const auto& all) { return all; });
    }

    base::Guarded<std::vector<std::string>> reasons;
};

/// One agent process.
class Process {
  public:
    explicit Process(const fs::path& folder)
        : lock(folder, calls, timers, clock, [this](std::function<void()> job) { later.push_back(std::move(job)); }) {}

    std::string refusal() {
        clock.advance(OperatorLock::glance);
        return refusalNow();
    }
    std::string refusalNow() const {
        const auto why = lock.refusal();
        EXPECT_TRUE(!why || why->code() == Code::denied);
        return why ? why->text() : "";
    }

    tests::ManualClock clock;
    RunningCalls calls{clock};
    base::TimerQueue timers;
    std::vector<std::function<void()>> later;
    OperatorLock lock;
};

constexpr auto lockedBecause = "this device is locked by its operator: ";

TEST(OperatorLock, isInForceAndKeptWhenItReturns) {
    const tests::TemporaryFolder state;
    const auto file = state.path() / "operator.lock";
    Process agent(state.path());
    const auto call = std::make_shared<Stoppable>();
    const auto entry = agent.calls.enter(call);
    EXPECT_EQ(agent.refusal(), "");
    EXPECT_FALSE(agent.lock.locked());
    ASSERT_TRUE(agent.lock.lock("maintenance \"B\"\nuntil noon"));
    EXPECT_EQ(agent.refusal(), lockedBecause + std::string("maintenance \"B\"\nuntil noon"));
    EXPECT_EQ(call->heard(), std::vector<std::string>{"DENIED " + agent.refusal()});
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(tests::readFile(file),
              "{\"locked\":true,\"since\":\"1970-01-01T01:00:00.001000+00:00\",\"reason\":\"maintenance "
              "\\\"B\\\"\\nuntil noon\"}\n");
    EXPECT_EQ(tests::namesIn(state.path()), std::set<std::string>{"operator.lock"});
    EXPECT_EQ(agent.lock.locked(),
              (OperatorLock::Locked{"maintenance \"B\"\nuntil noon", "1970-01-01T01:00:00.001000+00:00"}));

    Process restarted(state.path());
    EXPECT_EQ(restarted.refusal(), agent.refusal());
    ASSERT_TRUE(restarted.lock.unlock());
    EXPECT_EQ(restarted.refusal(), "");
    EXPECT_EQ(agent.refusal(), "");
    EXPECT_THAT(tests::namesIn(state.path()), IsEmpty());
    EXPECT_TRUE(agent.lock.unlock()) << "there is none";
}

TEST(OperatorLock, ofAnotherProcessIsLookedForOnceInAGlance) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    EXPECT_EQ(agent.refusal(), "");
    tests::writeFile(state.path() / "operator.lock", "");
    EXPECT_EQ(agent.refusalNow(), "");
    EXPECT_THAT(agent.refusal(), HasSubstr("damaged"));
}

TEST(OperatorLock, ofItsOwnIsNotOverlookedForAGlance) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    EXPECT_EQ(agent.refusal(), "");
    agent.lock.lockSoon("enough");
    EXPECT_EQ(agent.refusalNow(), lockedBecause + std::string("enough"));
    agent.later.front()();
    EXPECT_EQ(agent.refusalNow(), lockedBecause + std::string("enough")) << "its file was not there a moment ago";
}

TEST(OperatorLock, ofAnotherProcessCountsForTheNextActionAndStopsThoseThatRun) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    Process beside(state.path());
    const auto call = std::make_shared<Stoppable>();
    const auto entry = beside.calls.enter(call);
    ASSERT_TRUE(agent.lock.lock("enough"));
    EXPECT_EQ(beside.refusal(), lockedBecause + std::string("enough"));
    EXPECT_TRUE(tests::comesTrue([&] { return !call->heard().empty(); }));
    EXPECT_EQ(call->heard().front(), "DENIED " + beside.refusal());
    ASSERT_TRUE(agent.lock.unlock());
    EXPECT_EQ(beside.refusal(), "");
    ASSERT_TRUE(agent.lock.lock("again"));
    EXPECT_EQ(beside.refusal(), lockedBecause + std::string("again"));
}

/// What may stand in the place of the file.
struct DamagedRow {
    const char* what;
    void (*make)(const fs::path& file);
    const char* why;
};

const DamagedRow damaged[] = {
    {"empty", [](const fs::path& file) { tests::writeFile(file, ""); }, "operator.lock is damaged"},
    {"cut", [](const fs::path& file) { tests::writeFile(file, R"({"locked":true,"since":"x","rea)"); }, "is damaged"},
    {"says no", [](const fs::path& file) { tests::writeFile(file, R"({"locked":false})"); }, "is damaged"},
    {"other types", [](const fs::path& file) { tests::writeFile(file, R"({"since":1,"reason":[]})"); }, "is damaged"},
    {"bytes", [](const fs::path& file) { tests::writeFile(file, std::string("\0\xFF\xFE", 3)); }, "is damaged"},
    {"huge", [](const fs::path& file) { tests::writeFile(file, std::string(1U << 20U, ' ')); }, "cannot be read"},
    {"a folder", [](const fs::path& file) { fs::create_directory(file); }, "cannot be read"},
    {"a link to nothing", [](const fs::path& file) { fs::create_symlink("/nonexistent", file); }, "cannot be read"},
    {"a link", [](const fs::path& file) { fs::create_symlink("/dev/null", file); }, "cannot be read"},
};

TEST(OperatorLock, isOnIfItsFileIsNotUnderstood) {
    for (const auto& row : damaged) {
        SCOPED_TRACE(row.what);
        const tests::TemporaryFolder state;
        const auto file = state.path() / "operator.lock";
        row.make(file);
        Process agent(state.path());
        EXPECT_THAT(agent.refusal(), AllOf(HasSubstr(row.why), HasSubstr("aip-agentctl unlock, or remove the file"),
                                           HasSubstr(file.string())));
        Process running(state / "other");
        ASSERT_TRUE(fs::create_directory(state.path() / "other"));
        EXPECT_EQ(running.refusal(), "");
        row.make(state.path() / "other" / "operator.lock");
        EXPECT_THAT(running.refusal(), HasSubstr(row.why));
    }
}

TEST(OperatorLock, canBeLiftedThoughItsFileIsDamaged) {
    const tests::TemporaryFolder state;
    tests::writeFile(state.path() / "operator.lock", "x");
    Process agent(state.path());
    ASSERT_TRUE(agent.lock.unlock());
    EXPECT_EQ(agent.refusal(), "");
}

TEST(OperatorLock, holdsWithoutAPlaceToKeepIt) {
    const tests::TemporaryFolder state;
    for (const fs::path& folder : {fs::path(), fs::path("/dev/null"), fs::path("/dev/null/below")}) {
        Process agent(folder);
        EXPECT_EQ(agent.refusal(), "") << folder;
        EXPECT_FALSE(agent.lock.lock("enough")) << folder;
        EXPECT_EQ(agent.refusal(), lockedBecause + std::string("enough"));
        EXPECT_TRUE(agent.lock.unlock());
        EXPECT_EQ(agent.refusal(), "");
    }
}

TEST(OperatorLock, makesItsFolder) {
    const tests::TemporaryFolder state;
    Process agent(state.path() / "a" / "b");
    ASSERT_TRUE(agent.lock.lock("enough"));
    EXPECT_EQ(tests::namesIn(state.path() / "a" / "b"), std::set<std::string>{"operator.lock"});
}

TEST(OperatorLock, madeSoonIsInForceAtOnceAndKeptLater) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    const auto call = std::make_shared<Stoppable>();
    const auto entry = agent.calls.enter(call);
    agent.lock.lockSoon("too many denials");
    agent.lock.lockSoon("another reason");
    EXPECT_EQ(agent.refusal(), lockedBecause + std::string("too many denials"));
    EXPECT_THAT(call->heard(), IsEmpty());
    ASSERT_EQ(agent.later.size(), 1U);
    agent.later.front()();
    EXPECT_EQ(call->heard().size(), 1U);
    EXPECT_EQ(Process(state.path()).refusal(), lockedBecause + std::string("too many denials"));
}

TEST(OperatorLock, thatWasLiftedBeforeItWasKeptIsNotKept) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    agent.lock.lockSoon("too many denials");
    ASSERT_TRUE(agent.lock.unlock());
    agent.later.front()();
    EXPECT_EQ(agent.refusal(), "");
    EXPECT_THAT(tests::namesIn(state.path()), IsEmpty());
}

TEST(OperatorLock, goesWithItsFolder) {
    const tests::TemporaryFolder one;
    const tests::TemporaryFolder other;
    Process agent(one.path());
    ASSERT_TRUE(agent.lock.moveTo(one.path()));
    ASSERT_TRUE(agent.lock.lock("enough"));
    ASSERT_TRUE(agent.lock.moveTo(other.path()));
    EXPECT_EQ(agent.refusal(), lockedBecause + std::string("enough"));
    EXPECT_EQ(Process(other.path()).refusal(), agent.refusal());
    ASSERT_TRUE(agent.lock.unlock());
    EXPECT_EQ(agent.refusal(), "");
    ASSERT_TRUE(agent.lock.moveTo(one.path()));
    EXPECT_EQ(agent.refusal(), lockedBecause + std::string("enough")) << "it was never lifted there";
}

/// What is to stop with the calls must not be asked before they are over: others could begin in it.
TEST(OperatorLock, tellsThatAllIsStoppedAfterIt) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    const auto call = std::make_shared<Stoppable>();
    const auto entry = agent.calls.enter(call);
    std::atomic<std::size_t> heard{0};
    agent.lock.onStopped([&] { heard = call->heard().size(); });
    ASSERT_TRUE(agent.lock.lock("enough"));
    EXPECT_GE(heard.load(), 1U);
    agent.lock.onStopped({});
}

TEST(OperatorLock, tellsOfItsStopIfAnotherProcessHasMadeIt) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    Process beside(state.path());
    std::atomic<bool> told{false};
    beside.lock.onStopped([&] { told = true; });
    const auto call = std::make_shared<Stoppable>();
    const auto entry = beside.calls.enter(call);
    ASSERT_TRUE(agent.lock.lock("enough"));
    beside.clock.advance(OperatorLock::glance);
    EXPECT_TRUE(tests::comesTrue([&] { return told.load(); }));
    EXPECT_THAT(call->heard(), Not(IsEmpty()));
    beside.lock.onStopped({});
}

TEST(OperatorLock, tellsOfChangesWhoeverMakesThem) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    Process beside(state.path());
    std::vector<std::string> told;
    beside.lock.onChanged([&told](const auto& now) { told.push_back(now ? now->reason : "-"); });
    ASSERT_TRUE(agent.lock.lock("enough"));
    EXPECT_NE(beside.refusal(), "");
    EXPECT_NE(beside.refusal(), "");
    ASSERT_TRUE(beside.lock.unlock());
    EXPECT_EQ(beside.refusal(), "");
    EXPECT_EQ(told, (std::vector<std::string>{"enough", "-"}));
}

TEST(OperatorLock, madeAgainKeepsItsBeginningAndTakesTheNewReason) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    std::vector<std::string> told;
    agent.lock.onChanged([&told](const auto& now) { told.push_back(now ? now->reason : "-"); });
    const auto first = agent.lock.lock("one");
    const auto since = agent.lock.locked()->since;
    agent.clock.advance(std::chrono::hours(1));
    const auto second = agent.lock.lock("two");
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(*first);
    EXPECT_TRUE(*second);
    EXPECT_EQ(Process(state.path()).lock.locked(), (OperatorLock::Locked{"two", since}));
    const auto lifted = agent.lock.unlock();
    const auto again = agent.lock.unlock();
    ASSERT_TRUE(lifted && again);
    EXPECT_EQ(told, (std::vector<std::string>{"one", "two", "-"}));
    EXPECT_TRUE(*lifted);
    EXPECT_FALSE(*again);
}

/// What stands in the way of keeping it, and how far it holds then.
TEST(OperatorLock, thatCannotBeKeptSaysHowFarItHolds) {
    const tests::TemporaryFolder state;
    tests::writeFile(state.path() / "file", "");
    for (const fs::path& folder : {fs::path(), state.path() / "file"}) {
        Process agent(folder);
        const auto kept = agent.lock.lock("enough");
        ASSERT_FALSE(kept);
        EXPECT_THAT(kept.error().text(), AllOf(HasSubstr("locked now"), HasSubstr("not after a restart"),
                                               HasSubstr("not in other agent processes")));
        EXPECT_EQ(Process(folder).refusal(), "");
    }
    ASSERT_TRUE(fs::create_directory(state.path() / "operator.lock"));
    Process agent(state.path());
    const auto kept = agent.lock.lock("enough");
    ASSERT_FALSE(kept);
    EXPECT_THAT(kept.error().text(), AllOf(HasSubstr("locked now"), HasSubstr("also after a restart")));
    EXPECT_NE(Process(state.path()).refusal(), "");
    EXPECT_FALSE(agent.lock.unlock()) << "a folder is not removed";
}

TEST(OperatorLock, whoseNewReasonCannotBeKeptStaysKeptWithTheOldOne) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    ASSERT_TRUE(agent.lock.lock("one"));
    const auto fresh = state.path() / ("operator.lock." + std::to_string(::getpid()) + ".new");
    ASSERT_TRUE(fs::create_directories(fresh / "in the way"));
    const auto kept = agent.lock.lock("two");
    ASSERT_FALSE(kept);
    EXPECT_THAT(kept.error().text(), HasSubstr("this reason counts in this process only"));
    EXPECT_EQ(agent.refusal(), lockedBecause + std::string("two"));
    EXPECT_EQ(Process(state.path()).refusal(), lockedBecause + std::string("one"));
}

TEST(OperatorLock, cutsAndRepairsItsReason) {
    const tests::TemporaryFolder state;
    Process agent(state.path());
    ASSERT_TRUE(agent.lock.lock(std::string(100'000, 'x') + "\xFF"));
    EXPECT_LT(agent.refusal().size(), OperatorLock::longestReason + 100);
    ASSERT_TRUE(agent.lock.lock("a\xFF"));
    EXPECT_TRUE(base::isUtf8(agent.refusal()));
    EXPECT_EQ(Process(state.path()).refusal(), agent.refusal());
}

/// Also of one that somebody has written into the file.
TEST(OperatorLock, cutsAndMasksWhoeverHasWrittenTheReason) {
    const tests::TemporaryFolder state;
    const auto file = state.path() / "operator.lock";
    const auto masked = [](std::string reason) {
        const auto at = reason.find("hunter2");
        return at == std::string::npos ? reason : reason.replace(at, 7, "***");
    };
    tests::ManualClock clock;
    RunningCalls calls{clock};
    base::TimerQueue timers;
    OperatorLock lock(state.path(), calls, timers, clock, {}, masked);
    ASSERT_TRUE(lock.lock("the key is hunter2"));
    EXPECT_EQ(lock.refusal()->text(), lockedBecause + std::string("the key is ***"));
    EXPECT_THAT(tests::readFile(file), testing::Not(HasSubstr("hunter2")));
    tests::writeFile(
        file, R"({"since":")" + std::string(10'000, 's') + R"(","reason":"hunter2)" + std::string(40'000, 'x') + "\"}");
    const auto locked = lock.locked();
    ASSERT_TRUE(locked);
    EXPECT_THAT(locked->reason, testing::StartsWith("***xx"));
    EXPECT_LT(locked->reason.size(), OperatorLock::longestReason + 200);
    EXPECT_LT(locked->since.size(), 200U);
}

}  // namespace

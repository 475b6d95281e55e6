#include "base/log.h"
#include "execution/silence_schedule.h"
#include "tests/support/execution_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using execution::SilenceSchedule;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::comesTrue;

/// A look at a time, with the last sign of life; what is said then ("" for nothing) and when the next look is.
struct LookRow {
    std::chrono::seconds now;
    std::chrono::seconds sign;
    const char* said;
    std::chrono::seconds next;
};

const LookRow looks[] = {
    {5s, 0s, "", 30s},         {30s, 0s, "30 s", 60s}, {59s, 0s, "", 60s},     {61s, 0s, "61 s", 122s},
    {130s, 0s, "130 s", 260s}, {131s, 131s, "", 161s}, {170s, 150s, "", 180s}, {180s, 150s, "30 s", 210s},
};

TEST(SilenceSchedule, warnsWheneverASilenceHasDoubledAndStartsAgainAfterASign) {
    const SilenceSchedule::TimePoint start{1h};
    SilenceSchedule schedule(30s);
    for (const LookRow& row : looks) {
        SCOPED_TRACE(row.now.count());
        const auto silent = schedule.due(start + row.now, start + row.sign);
        EXPECT_EQ(silent ? std::to_string(silent->count() / 1000) + " s" : "", row.said);
        EXPECT_EQ(schedule.next(start + row.sign) - start, row.next);
    }
}

/// The warnings of the log.
class Warnings {
  public:
    Warnings() {
        base::log::setSink(base::log::Level::warn, [this](base::log::Level, std::string_view line) {
            _lines.with([&](auto& lines) { lines.emplace_back(line); });
        });
    }
    ~Warnings() { base::log::setSink(base::log::Level::error, {}); }

    std::vector<std::string> all() const {
        return _lines.with([](const auto& lines) { return lines; });
    }
    bool have(std::size_t count) const {
        return comesTrue([&] { return all().size() >= count; });
    }

  private:
    base::Guarded<std::vector<std::string>> _lines;
};

/// "works" begins and waits, "waits" does not begin.
hosting::Outcome idle(hosting::Call& call) {
    if (call.request().tool == "works") {
        call.begin();
    }
    call.waitCancelled(30s);
    return call.cancelOutcome();
}

TEST(SilenceWarnings, nameACallThatSaysNothing) {
    const Warnings warnings;
    execution::DispatcherSettings settings;
    settings.silenceWarning = 20ms;
    tests::ExecutionHarness harness({tests::fakeSlot("p", {tests::tool("works")}, idle)}, settings);
    const tests::Invoked works(harness.dispatcher, tests::requestOf("works", "{}", "s1"));
    works.invocation->start();
    ASSERT_TRUE(warnings.have(2));
    for (const auto& line : warnings.all()) {
        EXPECT_THAT(line,
                    AllOf(StartsWith("call "), HasSubstr(":c7: 'works' of plugin p, session s1: no sign of life")));
    }
    works.invocation->cancel(base::Code::cancelled, "enough");
    EXPECT_EQ(works.result().outcome.code, base::Code::cancelled);
}

TEST(SilenceWarnings, tellOnceForAllCallsThatWaitInAPlugin) {
    const Warnings warnings;
    execution::DispatcherSettings settings;
    settings.silenceWarning = 50ms;
    tests::ExecutionHarness harness({tests::fakeSlot("p", {tests::tool("waits")}, idle)}, settings);
    const auto start = std::chrono::steady_clock::now();
    std::vector<tests::Invoked> waiting;
    for (int i = 0; i < 20; ++i) {
        waiting.emplace_back(harness.dispatcher, tests::requestOf("waits")).invocation->start();
    }
    ASSERT_TRUE(warnings.have(2));
    EXPECT_THAT(warnings.all().front(), StartsWith("plugin p: calls wait for a place, one of them "));
    const auto told = warnings.all().size();
    const auto passed = std::chrono::steady_clock::now() - start;
    EXPECT_LE(told, 1 + static_cast<std::size_t>(passed / 50ms));
    for (const auto& each : waiting) {
        each.invocation->cancel(base::Code::cancelled, "enough");
    }
    for (const auto& each : waiting) {
        EXPECT_EQ(each.result().outcome.code, base::Code::cancelled);
    }
}

TEST(SilenceWarnings, areNotPlannedIfTheyAreOff) {
    const execution::SilenceWarnings off(0ms);
    hosting::Call call({}, [](hosting::Outcome) {});
    call.begin();
    EXPECT_EQ(off.firstLook(call), execution::SilenceWarnings::TimePoint::max());
}

}  // namespace

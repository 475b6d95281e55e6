// When a plugin that has failed is tried again.

#include "base/log.h"
#include "tests/plugins/pool_harness.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using aip::plugins::ProcessId;
using aip::plugins::ProcessPool;
using aip::plugins::SlotState;
using namespace aip::tests;
using namespace std::chrono_literals;

TEST(ProcessPool, waitsLongerAfterEachFailureThenQuarantines) {
    PoolHarness harness({}, 4);
    harness.startFirst();
    const TestCall waiting = harness.invoke("a");
    std::vector<std::int64_t> waits;
    for (ProcessId process = 1; process <= 3; ++process) {
        harness.ended(process, crash);
        const TestCall next = harness.invoke("b");
        harness.trace();
        waits.push_back(harness.turnWhenDue());
        harness.started(process + 1);
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{50, 50, 100}));
    const TestCall last = harness.invoke("c");
    harness.trace();
    harness.ended(4, crash);
    EXPECT_EQ(harness.trace(),
              "b: INTERNAL: plugin 'p': its process ended with exit code 3 | c: UNAVAILABLE: plugin 'p' is "
              "quarantined: failed too often; the last time its process ended with exit code 3");
    EXPECT_EQ(harness.pool().state(), SlotState::quarantined);
    const TestCall refused = harness.invoke("d");
    EXPECT_EQ(harness.trace(),
              "d: UNAVAILABLE: plugin 'p' is quarantined: failed too often; the last time its process ended with exit "
              "code 3");
}

TEST(ProcessPool, repeatsAFirstStartThatFailsIfItIsToTryAgain) {
    ProcessPool::Limits persistent;
    persistent.triesAgain = true;
    PoolHarness harness(persistent, 3);
    EXPECT_TRUE(harness.pool().want());
    harness.turn();
    EXPECT_EQ(harness.trace(), "launch 1");
    EXPECT_TRUE(harness.pool().refuse(1, {"start-failed", "not yet"}, harness.now()));
    harness.turn();
    harness.ended(1, clean);
    EXPECT_EQ(harness.pool().state(), SlotState::restarting);
    harness.trace();
    std::vector<std::int64_t> waits{harness.turnWhenDue()};
    EXPECT_EQ(harness.trace(), "launch 2");
    for (ProcessId process = 2; process <= 8; ++process) {
        harness.pool().refuse(process, {"start-failed", "not yet"}, harness.now());
        harness.turn();
        harness.ended(process, clean);
        EXPECT_EQ(harness.pool().state(), SlotState::restarting);
        waits.push_back(harness.turnWhenDue() / 1'000);
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{1'000, 2, 4, 8, 16, 32, 60, 60}));
    EXPECT_EQ(harness.pool().state(), SlotState::starting);  // without a call
}

/// Its tools are known from an earlier run: calls come before it has been up.
TEST(ProcessPool, answersCallsOfWhatHasNeverBeenUpAfterAWhile) {
    ProcessPool::Limits persistent;
    persistent.triesAgain = true;
    PoolHarness harness(persistent, 3);
    const TestCall first = harness.invoke("a");
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | launch 1");
    const auto fail = [&](ProcessId process) {
        harness.pool().refuse(process, {"start-failed", "not yet"}, harness.now());
        harness.turn();
        harness.ended(process, clean);
        harness.turn();
        harness.trace();
    };
    harness.advance(9s);  // it starts, and its call waits
    fail(1);
    EXPECT_EQ(harness.turnWhenDue(), 1'000);
    EXPECT_EQ(harness.trace(), "launch 2");  // for the same call
    harness.advance(9s);
    harness.turn();
    EXPECT_EQ(harness.trace(), "");  // while it starts
    harness.pool().refuse(2, {"start-failed", "not yet"}, harness.now());
    harness.turn();
    harness.ended(2, clean);
    harness.trace();
    harness.turn();
    EXPECT_EQ(harness.trace(),
              "a: UNAVAILABLE: plugin 'p' is restarting: start-failed: not yet; next try with the next "
              "call, in 2000 ms at the earliest");
    EXPECT_EQ(harness.pool().state(), SlotState::restarting);
    harness.advance(2s);
    const TestCall second = harness.invoke("b");
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | launch 3");
    harness.started(3);
    EXPECT_EQ(harness.trace(), "send b to 3");
}

/// The time of a call is not that of the start.
TEST(ProcessPool, goesOnStartingWithoutTheCallThatWantedIt) {
    PoolHarness harness;
    const TestCall call = harness.invoke("a");
    harness.turn();
    harness.carryOut(harness.pool().abandon(*call.call(), harness.now()));
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | launch 1");
    EXPECT_EQ(harness.pool().state(), SlotState::starting);
    harness.started(1);
    EXPECT_EQ(harness.trace(), "");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

TEST(ProcessPool, isRevivedFromAQuarantine) {
    PoolHarness harness({}, 1);
    EXPECT_FALSE(harness.pool().revive());
    harness.startFirst();
    harness.ended(1, crash);
    EXPECT_EQ(harness.pool().state(), SlotState::quarantined);
    EXPECT_TRUE(harness.pool().revive());
    EXPECT_EQ(harness.pool().state(), SlotState::idle);
    EXPECT_EQ(harness.pool().reason().line(), "");
    const TestCall call = harness.invoke("a");
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | launch 2");
}

TEST(ProcessPool, triesAPluginByItselfWhenItsQuarantineIsOverAndQuarantinesItForLonger) {
    PoolHarness harness({}, 1);
    harness.startFirst();
    harness.ended(1, crash);
    std::vector<std::int64_t> waits;
    for (ProcessId process = 2; process <= 9; ++process) {
        EXPECT_EQ(harness.pool().state(), SlotState::quarantined);
        const TestCall refused = harness.invoke("a");
        harness.trace();
        waits.push_back(harness.turnWhenDue() / 1000);
        EXPECT_EQ(harness.trace(), "launch " + std::to_string(process));
        EXPECT_EQ(harness.pool().state(), SlotState::starting);
        harness.ended(process, crash);
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{60, 120, 240, 480, 960, 1920, 3600, 3600}));
}

TEST(ProcessPool, servesCallsAfterAQuarantine) {
    PoolHarness harness({}, 1);
    harness.startFirst();
    harness.ended(1, crash);
    harness.turnWhenDue();
    const TestCall call = harness.invoke("a");
    harness.started(2);
    EXPECT_EQ(harness.trace(), "launch 2 | send a to 2");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, doesNotTryAPluginThatStopsInItsQuarantine) {
    PoolHarness harness({}, 1);
    harness.startFirst();
    harness.ended(1, crash);
    static_cast<void>(harness.pool().stop(harness.now() + 1s));
    harness.advance(24h);
    harness.turn();
    EXPECT_EQ(harness.trace(), "over");
}

/// The lines that `happens` logs.
template <typename Happens>
std::string logged(Happens happens) {
    std::string all;
    aip::base::log::setSink(aip::base::log::Level::info, [&all](aip::base::log::Level, std::string_view line) {
        all += (all.empty() ? "" : " | ") + std::string(line);
    });
    happens();
    aip::base::log::setSink(aip::base::log::Level::error, {});
    return all;
}

TEST(ProcessPool, saysAtEachChangeOfStateWhenTheNextTryIs) {
    PoolHarness harness({}, 2);
    harness.startFirst();
    EXPECT_EQ(logged([&] { harness.ended(1, crash); }),
              "plugin p: its process ended with exit code 3; next try with the next call, in 50 ms at the earliest");
    const TestCall call = harness.invoke("a");
    harness.turnWhenDue();
    harness.started(2);
    EXPECT_EQ(logged([&] { harness.ended(2, crash); }),
              "plugin p: quarantined, its calls are refused; next try in 60 s; it has failed too often, the last time "
              "its process ended with exit code 3");
    EXPECT_EQ(logged([&] { harness.turnWhenDue(); }), "plugin p: its quarantine is over, it is tried now");
    EXPECT_EQ(logged([&] {
                  EXPECT_TRUE(harness.pool().refuse(3, {"shortage", "no process"}, harness.now()));
                  harness.ended(3, killed);
              }),
              "plugin p: cannot be started now: shortage: no process; next try in 50 ms");
    PoolHarness other;
    EXPECT_EQ(logged([&] {
                  other.carryOut(other.pool().launchFailed({"load-failed", "no"}, other.now()));
              }),
              "plugin p: failed: load-failed: no; it is not tried again before a reload (SIGHUP)");
}

/// The launch of `process` fails for lack of something.
void lacking(PoolHarness& harness, ProcessId process) {
    EXPECT_TRUE(harness.pool().refuse(process, {"shortage", "no process"}, harness.now()));
    harness.turn();
    harness.ended(process, killed);
}

TEST(ProcessPool, saysOnceThatAShortageLastsAndOnceThatItIsOver) {
    PoolHarness harness({}, 2);
    static_cast<void>(harness.pool().want());
    harness.turn();
    EXPECT_EQ(logged([&] {
                  for (ProcessId process = 1; process <= 8; ++process) {
                      lacking(harness, process);
                      harness.turnWhenDue();
                  }
                  harness.started(9);
              }),
              "plugin p: cannot be started now: shortage: no process; next try in 50 ms | plugin p: can be started "
              "again after 1.5 s and 8 tries");
}

TEST(ProcessPool, answersCallsThatWaitTooLongDuringAShortageAndNamesIt) {
    PoolHarness harness({}, 2);
    const TestCall first = harness.invoke("a");
    harness.turn();
    const auto start = harness.now();
    ProcessId process = 0;
    harness.trace();
    std::string answers;
    while (answers.find("a: ") == std::string::npos) {
        if (harness.pool().isStarting(process + 1)) {
            lacking(harness, ++process);
        }
        harness.turnWhenDue();
        answers += harness.trace();
    }
    EXPECT_EQ(harness.now() - start, aip::plugins::ProcessPool::shortagePatience);
    EXPECT_NE(answers.find("a: UNAVAILABLE: plugin 'p' is restarting: shortage: no process; next try with the next "
                           "call, in "),
              std::string::npos)
        << answers;
    const TestCall second = harness.invoke("b");
    harness.turn();
    if (!harness.pool().isStarting(process + 1)) {
        harness.turnWhenDue();
    }
    harness.started(process + 1);
    EXPECT_NE(harness.trace().find("send b to"), std::string::npos);
}

TEST(ProcessPool, letsCallsWaitForAProcessThatStartsSlowlyAfterAShortage) {
    PoolHarness harness({}, 2);
    const TestCall call = harness.invoke("a");
    harness.turn();
    lacking(harness, 1);
    harness.turnWhenDue();
    harness.trace();
    harness.advance(2 * ProcessPool::shortagePatience);
    EXPECT_GT(harness.turnWhenDue(), 0);  // its start has a limit of its own
    EXPECT_EQ(harness.trace(), "terminate 2");
    PoolHarness quick({}, 2);
    const TestCall served = quick.invoke("b");
    quick.turn();
    lacking(quick, 1);
    quick.turnWhenDue();
    quick.trace();
    quick.advance(2 * ProcessPool::shortagePatience);
    quick.turn();
    quick.started(2);
    EXPECT_EQ(quick.trace(), "send b to 2");
}

TEST(ProcessPool, triesAgainAfterAShortageHoweverLongItLasts) {
    PoolHarness harness({}, 2);
    static_cast<void>(harness.pool().want());
    harness.turn();
    for (ProcessId process = 1; process <= 50; ++process) {
        lacking(harness, process);
        EXPECT_EQ(harness.pool().state(), SlotState::restarting);
        harness.trace();
        EXPECT_LE(harness.turnWhenDue(), 5'000);
        EXPECT_EQ(harness.trace(), "launch " + std::to_string(process + 1));
    }
    harness.started(51);
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

}  // namespace

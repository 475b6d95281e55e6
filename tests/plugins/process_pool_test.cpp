#include "tests/plugins/pool_harness.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

namespace {

using aip::base::Code;
using aip::plugins::ProcessEnd;
using aip::plugins::ProcessId;
using aip::plugins::ProcessPool;
using aip::plugins::SlotState;
using aip::plugins::Ticket;
using namespace aip::tests;
using namespace std::chrono_literals;

TEST(ProcessPool, launchesAProcessForTheFirstCall) {
    PoolHarness harness;
    EXPECT_EQ(harness.pool().state(), SlotState::idle);
    const TestCall a = harness.invoke("a");
    EXPECT_EQ(harness.trace(), "wake");
    harness.turn();
    EXPECT_EQ(harness.trace(), "launch 1");
    EXPECT_EQ(harness.pool().state(), SlotState::starting);
    harness.turn();
    EXPECT_EQ(harness.trace(), "");
    harness.started(1);
    EXPECT_EQ(harness.trace(), "send a to 1");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

TEST(ProcessPool, servesAsManyCallsAsThereArePlacesAndQueuesTheRest) {
    PoolHarness harness(limits(2, 1));
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b"), harness.invoke("c"), harness.invoke("d")};
    EXPECT_EQ(harness.trace(), "send a to 1 | send b to 1 | d: EXHAUSTED: plugin 'p' is busy: 1 calls wait");
    harness.returned(1, harness.deliveries()[1].ticket);
    EXPECT_EQ(harness.trace(), "result of b | send c to 1");
    EXPECT_EQ(harness.deliveries()[2].ticket.place, harness.deliveries()[1].ticket.place);
    EXPECT_NE(harness.deliveries()[2].ticket.number, harness.deliveries()[1].ticket.number);
}

TEST(ProcessPool, countsItsCalls) {
    PoolHarness harness(limits(2, 5));
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b"), harness.invoke("c")};
    const auto figures = harness.pool().figures(harness.now());
    EXPECT_EQ(figures.running, 2U);
    EXPECT_EQ(figures.places, 2U);
    EXPECT_EQ(figures.waiting, 1U);
    EXPECT_FALSE(figures.nextStart);
}

TEST(ProcessPool, saysHowLongItDoesNotStart) {
    PoolHarness harness;
    harness.startFirst();
    harness.ended(1, crash);
    const auto wait = harness.pool().figures(harness.now()).nextStart;
    ASSERT_TRUE(wait);
    EXPECT_GT(*wait, 0ms);
    harness.advance(*wait + 1s);
    EXPECT_EQ(harness.pool().figures(harness.now()).nextStart, 0ms);
}

TEST(ProcessPool, knowsWhichCallsAProcessMayAnswer) {
    PoolHarness harness(limits(2));
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    const Ticket ticket = harness.deliveries()[0].ticket;
    harness.returned(1, ticket);
    EXPECT_TRUE(harness.pool().mayAnswer(1, ticket)) << "again";
    EXPECT_FALSE(harness.pool().mayAnswer(1, {ticket.place, ticket.number + 1}));
    EXPECT_FALSE(harness.pool().mayAnswer(1, {ticket.place, 0}));
    EXPECT_FALSE(harness.pool().mayAnswer(1, {2, 1}));
    EXPECT_TRUE(harness.pool().mayAnswer(9, ticket)) << "it has gone";
}

TEST(ProcessPool, fillsAllPlacesOfAProcessThatHasStarted) {
    PoolHarness harness(limits(2));
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b"), harness.invoke("c")};
    harness.turn();
    harness.started(1);
    EXPECT_EQ(harness.trace(), "wake | wake | wake | launch 1 | send a to 1 | send b to 1");
}

TEST(ProcessPool, answersACallThatIsCancelledBeforeItComes) {
    for (const bool started : {true, false}) {
        PoolHarness harness;
        if (started) {
            harness.startFirst();
        }
        const TestCall call("a");
        call.call()->cancel(Code::cancelled, "changed my mind");
        harness.carryOut(harness.pool().invoke(call.call()));
        EXPECT_EQ(harness.trace(), "a: CANCELLED: changed my mind");
        EXPECT_EQ(harness.pool().find(*call.call()).call, nullptr);
        harness.pool().abandon(*call.call(), harness.now());
        harness.turn();
        EXPECT_EQ(harness.trace(), "");
    }
}

TEST(ProcessPool, answersACallThatWasCancelledWhileItWaited) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b"), harness.invoke("c"), harness.invoke("d")};
    calls[1].call()->cancel(Code::deadline, "too late");
    EXPECT_EQ(harness.pool().takeOut(*calls[2].call()), calls[2].call());
    EXPECT_EQ(harness.pool().takeOut(*calls[0].call()), nullptr);
    EXPECT_EQ(harness.pool().find(*calls[0].call()).process, 1U);
    EXPECT_EQ(harness.pool().find(*calls[2].call()).call, nullptr);
    harness.trace();
    harness.returned(1, harness.deliveries()[0].ticket);
    EXPECT_EQ(harness.trace(), "result of a | send d to 1 | b: DEADLINE: too late");
}

TEST(ProcessPool, givesThePlaceOfACallThatCannotBeSentToTheNext) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    harness.trace();
    const auto failed = harness.deliveries()[0];
    harness.carryOut(harness.pool().undelivered(failed, {Code::exhausted, "no memory"}, harness.now()));
    EXPECT_EQ(harness.trace(), "send b to 1 | a: EXHAUSTED: no memory");
}

TEST(ProcessPool, refusesAllCallsIfThereIsNoThread) {
    PoolHarness harness;
    const TestCall call = harness.invoke("a");
    harness.carryOut(harness.pool().refuseAll({"shortage", "no thread"}));
    EXPECT_EQ(harness.trace(), "wake | a: UNAVAILABLE: plugin 'p' is idle: shortage: no thread");
}

TEST(ProcessPool, hasAProcessForEachCallUpToItsLimit) {
    PoolHarness harness(onePerCall(2));
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b"), harness.invoke("c")};
    harness.turn();
    harness.turn();
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | wake | wake | launch 1 | launch 2");
    harness.started(1);
    harness.started(2);
    EXPECT_EQ(harness.trace(), "send a to 1 | send b to 2");
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of a | stop 1 | launch 3");
    harness.started(3);
    harness.ended(1, clean);
    EXPECT_EQ(harness.trace(), "send c to 3");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, failsTheCallsOfAProcessThatCrashesAndGivesTheOthersToTheNext) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    harness.trace();
    harness.pool().lost(1, harness.now());
    harness.ended(1, ProcessEnd{false, false, "was killed by SIGSEGV (Segmentation fault)", "oops"});
    EXPECT_EQ(harness.trace(),
              "a: INTERNAL: plugin 'p': its process was killed by SIGSEGV (Segmentation fault); the last that it "
              "wrote: oops");
    EXPECT_EQ(harness.pool().state(), SlotState::restarting);
    harness.turn();
    EXPECT_EQ(harness.trace(), "");
    EXPECT_EQ(harness.turnWhenDue(), 50);
    harness.started(2);
    EXPECT_EQ(harness.trace(), "launch 2 | send b to 2");
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, tellsWhereAProcessHasCrashedWhoeverEndsIt) {
    for (const bool killed : {false, true}) {
        PoolHarness harness;
        harness.startFirst();
        const TestCall call = harness.invoke("a");
        harness.trace();
        EXPECT_TRUE(harness.pool().crashed(1, "SIGSEGV, at x.so+0x1"));
        EXPECT_FALSE(harness.pool().crashed(1, "SIGBUS, at y.so+0x2"));
        if (killed) {
            harness.pool().terminate(1, "it is slow to end", harness.now());
        }
        harness.ended(1, ProcessEnd{false, killed, "was killed by SIGSEGV", "oops"});
        EXPECT_EQ(harness.trace(), std::string("a: INTERNAL: plugin 'p': ") +
                                       (killed ? "it is slow to end" : "its process was killed by SIGSEGV") +
                                       "; SIGSEGV, at x.so+0x1; the last that it wrote: oops");
    }
    PoolHarness empty;
    EXPECT_FALSE(empty.pool().crashed(1, "SIGSEGV"));
}

/// The first start does not succeed.
struct StartRow {
    const char* name;
    std::function<void(PoolHarness&)> happens;
    const char* reason;
};

std::ostream& operator<<(std::ostream& out, const StartRow& row) {
    return out << row.name;
}

const StartRow startRows[] = {
    {"Refused",
     [](PoolHarness& harness) {
         EXPECT_TRUE(harness.pool().refuse(1, {"load-failed", "no such symbol"}, harness.now()));
         harness.turn();
         harness.ended(1, killed);
     },
     "load-failed: no such symbol"},
    {"Crash", [](PoolHarness& harness) { harness.ended(1, crash); },
     "start-crashed: its process ended with exit code 3"},
    {"Timeout",
     [](PoolHarness& harness) {
         EXPECT_EQ(harness.turnWhenDue(), 10'000);
         harness.ended(1, killed);
     },
     "start-timeout: did not start within 10000 ms"},
};

class FirstStart : public testing::TestWithParam<StartRow> {};

TEST_P(FirstStart, failsThePluginAtOnce) {
    PoolHarness harness;
    const TestCall call = harness.invoke("a");
    harness.turn();
    GetParam().happens(harness);
    EXPECT_EQ(harness.pool().state(), SlotState::failed);
    EXPECT_EQ(harness.pool().reason().line(), GetParam().reason);
    EXPECT_EQ(call.text(), "UNAVAILABLE: plugin 'p' is failed: " + std::string(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(ProcessPool, FirstStart, testing::ValuesIn(startRows),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(ProcessPool, isFailedIfNothingCanBeLaunched) {
    PoolHarness harness;
    const auto attempts = harness.pool().want();
    ASSERT_TRUE(attempts);
    EXPECT_FALSE(harness.pool().answersWant(*attempts));
    harness.carryOut(harness.pool().launchFailed({"start-failed", "no runner"}, harness.now()));
    EXPECT_TRUE(harness.pool().answersWant(*attempts));
    EXPECT_EQ(harness.pool().startResult().error().line(), "start-failed: no runner");
}

TEST(ProcessPool, aLaterStartThatFailsIsOneFailureMore) {
    PoolHarness harness;
    harness.startFirst();
    harness.ended(1, crash);
    const TestCall call = harness.invoke("a");
    harness.turnWhenDue();
    harness.ended(2, crash);
    EXPECT_EQ(harness.pool().state(), SlotState::restarting);
    EXPECT_FALSE(call.finished());
}

TEST(ProcessPool, terminatesTheProcessOfAnAbandonedCall) {
    PoolHarness harness(limits(2));
    harness.startFirst();
    const TestCall stuck = harness.invoke("stuck");
    const TestCall other = harness.invoke("other");
    harness.trace();
    harness.carryOut(harness.pool().abandon(*stuck.call(), harness.now()));
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | terminate 1");
    stuck.call()->finish(stuck.call()->cancelOutcome());
    harness.ended(1, killed);
    EXPECT_EQ(other.text(), "INTERNAL: plugin 'p': its process was killed because 'stuck' does not return, call " +
                                stuck.call()->request().id);
}

TEST(ProcessPool, forgetsAnAbandonedCallThatWaits) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    harness.trace();
    harness.carryOut(harness.pool().abandon(*calls[1].call(), harness.now()));
    harness.returned(1, harness.deliveries()[0].ticket);
    EXPECT_EQ(harness.trace(), "result of a");
}

TEST(ProcessPool, dropsTheLateResultOfATicketThatWasGivenBack) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall a = harness.invoke("a");
    const Ticket ticket = harness.deliveries()[0].ticket;
    harness.returned(1, ticket);
    const TestCall b = harness.invoke("b");
    harness.trace();
    for (const Ticket& late : {ticket, Ticket{7, 1}}) {
        harness.returned(1, late);
    }
    harness.returned(9, ticket);
    EXPECT_EQ(harness.trace(), "nobody's result | nobody's result | nobody's result");
    EXPECT_EQ(harness.pool().find(1, ticket), nullptr);
    EXPECT_EQ(harness.pool().find(1, b.call()->request().id), b.call());
}

TEST(ProcessPool, takesOneReportOfConfinementOfEachProcessBeforeItHasStarted) {
    PoolHarness harness(limits(1, 1024));
    static_cast<void>(harness.pool().want());
    harness.turn();
    EXPECT_FALSE(harness.pool().reportConfinement(7)) << "there is no such process";
    EXPECT_TRUE(harness.pool().reportConfinement(1));
    EXPECT_FALSE(harness.pool().reportConfinement(1)) << "it has reported";
    harness.started(1);
    EXPECT_FALSE(harness.pool().reportConfinement(1));
    harness.pool().terminate(1, "is ended", harness.now());
    harness.turn();
    harness.ended(1, crash);
    static_cast<void>(harness.pool().want());
    harness.turnWhenDue();
    EXPECT_TRUE(harness.pool().reportConfinement(2)) << "another process";
}

TEST(ProcessPool, takesNoReportOfConfinementOfAProcessThatHasStarted) {
    PoolHarness harness;
    harness.startFirst();
    EXPECT_FALSE(harness.pool().reportConfinement(1));
}

}  // namespace

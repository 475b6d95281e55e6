#include "hosting/call.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using aip::base::Code;
using aip::hosting::Call;
using aip::hosting::Outcome;

Call::Request request() {
    Call::Request made;
    made.id = "c";
    made.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
    return made;
}

TEST(Call, finishesExactlyOnce) {
    int finished = 0;
    Call call(request(), [&](const Outcome& outcome) {
        ++finished;
        EXPECT_EQ(outcome.json, "1");
    });
    EXPECT_TRUE(call.finish(Outcome::success("1")));
    EXPECT_FALSE(call.finish(Outcome::success("2")));
    EXPECT_EQ(finished, 1);
    EXPECT_TRUE(call.finished());
}

TEST(Call, keepsTheFirstReasonForCancelling) {
    Call call(request(), {});
    EXPECT_FALSE(call.cancelled());
    call.cancel(Code::deadline, "too late");
    call.cancel(Code::cancelled, "again");
    EXPECT_TRUE(call.cancelled());
    EXPECT_EQ(call.cancelOutcome().code, Code::deadline);
    EXPECT_EQ(call.cancelOutcome().error, "too late");
    EXPECT_FALSE(call.finished());
}

TEST(Call, wakesWhoWaitsForItsCancellation) {
    Call call(request(), {});
    EXPECT_FALSE(call.waitCancelled(std::chrono::milliseconds(0)));
    std::thread waiting([&] { EXPECT_TRUE(call.waitCancelled(std::chrono::hours(1))); });
    call.cancel(Code::cancelled, "");
    waiting.join();
}

TEST(Call, keepsTheLastAccountUntilItIsTaken) {
    Call call(request(), {});
    EXPECT_EQ(call.takeAccount(), "");
    EXPECT_TRUE(call.keepAccount(R"({"a":1})"));
    EXPECT_TRUE(call.keepAccount(R"({"a":2})"));
    EXPECT_EQ(call.keepAccount("2").error().code(), Code::invalid);
    EXPECT_EQ(call.takeAccount(), R"({"a":2})");
    EXPECT_EQ(call.takeAccount(), "");
}

TEST(Call, hasNoNegativeTimeLeft) {
    EXPECT_GT(Call(request(), {}).remaining(), std::chrono::minutes(59));
    Call::Request late = request();
    late.deadline = std::chrono::steady_clock::now() - std::chrono::hours(1);
    EXPECT_EQ(Call(late, {}).remaining(), std::chrono::milliseconds(0));
}

}  // namespace

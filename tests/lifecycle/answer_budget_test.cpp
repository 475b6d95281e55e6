#include "lifecycle/answer_budget.h"

#include "tests/support/command_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace aip;
using lifecycle::AnswerBudget;
using protocol::ActionResult;
using protocol::ResultStatus;
using testing::HasSubstr;

namespace {

constexpr auto threeActions = R"([{"tool_name":"a"},{"tool_name":"b","call_id":"0123456789"},{"tool_name":"c"}])";

std::shared_ptr<base::ByteBudget> plenty() {
    return std::make_shared<base::ByteBudget>(1UL << 30U);
}

ActionResult resultOfSize(std::size_t bytes) {
    return {ResultStatus::success, std::nullopt, std::string(bytes, '1'), "N", "x"};
}

}  // namespace

TEST(AnswerBudget, setsAFailureOfEveryActionAside) {
    const auto command = tests::commandOf("s", threeActions);
    EXPECT_EQ(AnswerBudget::smallestAnswer(*command), 16'384U + 3 * 512 + 6 * 10);
}

TEST(AnswerBudget, admitsUpToTheLastByte) {
    const auto command = tests::commandOf("s", threeActions);
    const std::size_t room = 1'000;
    AnswerBudget budget(*command, AnswerBudget::smallestAnswer(*command) + room, plenty());
    EXPECT_EQ(budget.admit(resultOfSize(600)).status, ResultStatus::success);
    const auto crossing = budget.admit(resultOfSize(401));
    EXPECT_EQ(crossing.status, ResultStatus::failure);
    EXPECT_EQ(crossing.result, "null");
    EXPECT_EQ(crossing.nameSpace, "N");
    EXPECT_EQ(crossing.callId, "x");
    EXPECT_THAT(*crossing.error, HasSubstr("has 401 bytes; the message that would carry it has 400 of 18980 left"));
    EXPECT_EQ(budget.admit(resultOfSize(400)).status, ResultStatus::success);
    EXPECT_EQ(budget.admit(resultOfSize(1)).status, ResultStatus::failure);
}

TEST(AnswerBudget, countsAnErrorAsIfAllOfItHadToBeEscaped) {
    const auto command = tests::commandOf("s", threeActions);
    AnswerBudget budget(*command, AnswerBudget::smallestAnswer(*command) + 604, plenty());
    ActionResult failure;
    failure.error = std::string(101, 'e');
    EXPECT_THAT(*budget.admit(failure).error, HasSubstr("has 610 bytes"));
}

TEST(AnswerBudget, withoutRoomForEvenThatAdmitsNothing) {
    AnswerBudget budget(*tests::commandOf("s", threeActions), 100, plenty());
    EXPECT_EQ(budget.admit(resultOfSize(1)).status, ResultStatus::failure);
}

TEST(AnswerBudget, sharesWhatIsKeptWithOtherCommands) {
    constexpr std::size_t free = 64UL << 10U;
    const auto command = tests::commandOf("s", threeActions);
    const auto kept = std::make_shared<base::ByteBudget>(1'000);
    AnswerBudget one(*command, 1UL << 20U, kept);
    EXPECT_EQ(one.admit(resultOfSize(free + 5'000)).status, ResultStatus::success) << "alone it may be larger";
    AnswerBudget other(*command, 1UL << 20U, kept);
    EXPECT_THAT(*other.admit(resultOfSize(free + 1)).error,
                HasSubstr("has 65537 bytes; those that other COMMANDs keep"));
    EXPECT_EQ(other.admit(resultOfSize(free)).status, ResultStatus::success);
    EXPECT_EQ(other.admit(resultOfSize(1)).status, ResultStatus::failure);
    auto share = one.takeShare();
    EXPECT_EQ(other.admit(resultOfSize(1)).status, ResultStatus::failure);
    share.reset();
    EXPECT_EQ(other.admit(resultOfSize(1)).status, ResultStatus::success);
}

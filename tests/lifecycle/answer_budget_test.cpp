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
    AnswerBudget budget(*command, AnswerBudget::smallestAnswer(*command) + room);
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
    AnswerBudget budget(*command, AnswerBudget::smallestAnswer(*command) + 604);
    ActionResult failure;
    failure.error = std::string(101, 'e');
    EXPECT_THAT(*budget.admit(failure).error, HasSubstr("has 610 bytes"));
}

TEST(AnswerBudget, withoutRoomForEvenThatAdmitsNothing) {
    AnswerBudget budget(*tests::commandOf("s", threeActions), 100);
    EXPECT_EQ(budget.admit(resultOfSize(1)).status, ResultStatus::failure);
}

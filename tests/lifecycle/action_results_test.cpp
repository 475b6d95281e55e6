#include "lifecycle/action_results.h"

#include "protocol/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace aip;
using namespace aip::lifecycle;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

protocol::ServerMessagePtr command(const std::string& actions) {
    return std::get<protocol::ServerMessagePtr>(
        protocol::Decoder().decode(R"({"type":"command","status":"continue","actions":)" + actions + "}"));
}

/// "status error result call_id", "-" for null.
std::vector<std::string> lines(const std::vector<protocol::ActionResult>& results) {
    std::vector<std::string> lines;
    for (const auto& each : results) {
        lines.push_back(std::string(protocol::name(each.status)) + " '" + each.error.value_or("-") + "' " +
                        each.result + " " + each.callId.value_or("-"));
        EXPECT_FALSE(each.nameSpace);
    }
    return lines;
}

}  // namespace

TEST(ActionResults, sayWhoHasEndedAnInvocation) {
    using By = execution::InvocationResult::By;
    struct Row {
        By by;
        const char* error;
    };
    protocol::Action action;
    action.toolName = "run";
    action.callId = "c-1";
    for (const Row& row :
         {Row{By::agent, "why"}, Row{By::router, "why"}, Row{By::policy, "Refused by this device's policy: why"},
          Row{By::schema, "Input validation error: why"}, Row{By::tool, "Error calling tool 'run': why (DENIED)"}}) {
        const auto result =
            resultOf(action, {row.by, hosting::Outcome::failure(base::Code::denied, "why"), "BashExecutor"});
        EXPECT_EQ(result.status, protocol::ResultStatus::failure);
        EXPECT_EQ(result.error, row.error);
        EXPECT_EQ(result.result, "null");
        EXPECT_EQ(result.nameSpace, "BashExecutor");
        EXPECT_EQ(result.callId, "c-1");
    }
}

TEST(ActionResults, passAResultOn) {
    const auto result =
        resultOf({}, {execution::InvocationResult::By::tool, hosting::Outcome::success("[1]"), "BashExecutor"});
    EXPECT_EQ(result.status, protocol::ResultStatus::success);
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.result, "[1]");
    EXPECT_EQ(result.nameSpace, "BashExecutor");
}

TEST(ActionResults, aRefusalFailsTheFirstActionAndSkipsTheRest) {
    const auto refused = command(R"([{"tool_name":"","call_id":"a"},{"tool_name":"x","call_id":"b"},
                                     {"tool_name":""},{"tool_name":"y","call_id":"c"},{"tool_name":"z"}])");
    EXPECT_THAT(lines(refusedResults(*refused, "not now")),
                ElementsAre(R"(success '' "No action taken." a)", "failure 'not now' null b",
                            R"(success '' "No action taken." -)",
                            "skipped 'Skipped due to previous failure (early_exit=True).' null c",
                            "skipped 'Skipped due to previous failure (early_exit=True).' null -"));
}

TEST(ActionResults, aRefusalOfNoActionsHasNoResults) {
    EXPECT_THAT(refusedResults(*command("null"), "not now"), IsEmpty());
}

TEST(ActionResults, beyondALimitThereIsOneFailure) {
    EXPECT_THAT(lines(beyondLimit("actions: 2000 actions, at most 1000 are taken")),
                ElementsAre("failure 'Beyond a limit of this device: actions: 2000 actions, at most 1000 are taken' "
                            "null -"));
}

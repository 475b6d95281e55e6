#include "execution/action_results.h"

#include "protocol/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace aip;
using namespace aip::execution;
using protocol::ResultStatus;
using testing::ElementsAre;
using testing::HasSubstr;
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

TEST(ActionResults, cutsTheLargestUntilAllFit) {
    const auto message = command(R"([{"tool_name":"a"},{"tool_name":"b"},{"tool_name":"c"}])");
    std::vector<protocol::ActionResult> results;
    for (const std::size_t size : {10'000UL, 90'000UL, 50'000UL}) {
        results.push_back(succeeded(message->actions[results.size()], std::string(size, '1'), "N"));
    }
    fitIntoMessage(results, 70'000);
    EXPECT_EQ(results[0].result.size(), 10'000U);
    EXPECT_EQ(results[1].status, ResultStatus::failure);
    EXPECT_THAT(*results[1].error, HasSubstr("90000 bytes; the message that would carry it may have at most 70000"));
    EXPECT_EQ(results[1].nameSpace, "N");
    EXPECT_EQ(results[2].result.size(), 50'000U);
}

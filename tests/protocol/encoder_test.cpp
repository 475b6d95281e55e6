#include "protocol/encoder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <string>

using namespace aip::protocol;

namespace {

constexpr auto now = "2026-11-23T14:25:26.146612+00:00";

std::string joined(const Pieces& pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), std::string());
}

}  // namespace

TEST(Encoder, writesEveryFieldInTheOrderOfTheReference) {
    EXPECT_EQ(joined(Encoder("dev\"1").heartbeat(now)),
              R"({"type":"heartbeat","status":"ok","client_type":"device","session_id":null,"task_name":null,)"
              R"("client_id":"dev\"1","target_id":null,"request":null,"action_results":null,)"
              R"("timestamp":"2026-11-23T14:25:26.146612+00:00","request_id":null,"prev_response_id":null,)"
              R"("error":null,"metadata":null})");
}

TEST(Encoder, splicesResultsAsTheyAre) {
    const std::string text =
        joined(Encoder("d").commandResults({Status::completed, "s", std::nullopt},
                                           {{ResultStatus::success, std::nullopt, R"({"a":[1]})", "Ns", "c-1"},
                                            {ResultStatus::failure, "no\n", "null", std::nullopt, std::nullopt}},
                                           "req", now));
    EXPECT_EQ(
        text,
        R"({"type":"command_results","status":"completed","client_type":"device","session_id":"s","task_name":null,)"
        R"("client_id":"d","target_id":null,"request":null,"action_results":[)"
        R"({"status":"success","error":null,"result":{"a":[1]},"namespace":"Ns","call_id":"c-1"},)"
        R"({"status":"failure","error":"no\n","result":null,"namespace":null,"call_id":null}],)"
        R"("timestamp":"2026-11-23T14:25:26.146612+00:00","request_id":"req","prev_response_id":null,)"
        R"("error":null,"metadata":null})");
}

TEST(Encoder, answersNoActionsWithAnEmptyList) {
    EXPECT_NE(joined(Encoder("d").commandResults({}, {}, "r", now)).find(R"("action_results":[],)"), std::string::npos);
}

TEST(Encoder, doesNotCopyALargeResult) {
    std::string large(1U << 20U, '7');
    const auto address = reinterpret_cast<std::uintptr_t>(large.data());
    std::vector<ActionResult> results(1);
    results[0].result = std::move(large);
    const Pieces pieces = Encoder("d").commandResults({}, std::move(results), "r", now);
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces[1].data()), address);
    EXPECT_EQ(size(pieces), joined(pieces).size());
}

#include "metrics/exposition.h"

#include "metrics/call_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace aip::metrics {
namespace {

using namespace std::chrono_literals;
using base::Code;
using testing::HasSubstr;
using testing::Not;

audit::ToolFacts facts(const std::string& key, const std::string& nameSpace = "N") {
    audit::ToolFacts facts;
    facts.key = key;
    facts.nameSpace = nameSpace;
    return facts;
}

std::size_t countOf(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(Exposition, countsCallsByToolAndOutcome) {
    Exposition exposition;
    const auto meter = exposition.calls().of(facts("action::a"));
    meter->ended(Code::ok, 2ms);
    meter->ended(Code::ok, 3s);
    meter->ended(Code::denied, {});
    meter->ended(Code(1007), 1ms);
    meter->ended(Code(-3), 1ms);
    const auto text = exposition.text({});
    EXPECT_THAT(text, HasSubstr("# TYPE aip_agent_calls_total counter\n"));
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="N",outcome="ok",tool="action::a"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="N",outcome="denied",tool="action::a"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="N",outcome="plugin",tool="action::a"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_call_duration_seconds_count{namespace="N",tool="action::a"} 4)"));
    EXPECT_THAT(text,
                HasSubstr(R"(aip_agent_call_duration_seconds_bucket{namespace="N",tool="action::a",le="0.0025"} 3)"));
}

TEST(Exposition, callsOfUnknownToolsAreOther) {
    Exposition exposition;
    exposition.calls().unrouted().ended(Code::notFound, {});
    EXPECT_THAT(exposition.text({}),
                HasSubstr(R"(aip_agent_calls_total{namespace="",outcome="not_found",tool="other"} 1)"));
}

TEST(Exposition, aToolThatIsNotCalledHasNoSeries) {
    Exposition exposition;
    const auto meter = exposition.calls().of(facts("action::a"));
    EXPECT_THAT(exposition.text({}), Not(HasSubstr("action::a")));
}

TEST(Exposition, aToolOfANextTableGoesOn) {
    Exposition exposition;
    exposition.calls().of(facts("action::a"))->ended(Code::ok, 1ms);
    exposition.calls().of(facts("action::a"))->ended(Code::ok, 1ms);
    exposition.calls().of(facts("action::a", "M"))->ended(Code::ok, 1ms);
    const auto text = exposition.text({});
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="N",outcome="ok",tool="action::a"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="M",outcome="ok",tool="action::a"} 1)"));
}

TEST(Exposition, theSeriesAreLimited) {
    Exposition exposition;
    for (std::size_t i = 0; i < CallCounts::mostTools + 7; ++i) {
        exposition.calls().of(facts("action::" + std::to_string(i)))->ended(Code::ok, 1ms);
    }
    const auto text = exposition.text({});
    EXPECT_EQ(countOf(text, "\naip_agent_calls_total{"), CallCounts::mostTools + 1);
    EXPECT_THAT(text, HasSubstr(R"(aip_agent_calls_total{namespace="",outcome="ok",tool="other"} 7)"));
}

TEST(Exposition, labelsMayHoldAnything) {
    Exposition exposition;
    exposition.calls().of(facts("action::a\"\\\n"))->ended(Code::ok, 1ms);
    EXPECT_THAT(exposition.text({}), HasSubstr(R"(tool="action::a\"\\\n"} 1)"));
}

TEST(Exposition, showsReadingsAndLeavesOutWhatIsNotKnown) {
    const Exposition exposition;
    const auto text =
        exposition.text({{"a_bytes", Reading::Kind::gauge, "Help.", {{{{"p", "x"}}, 1.5}, {{{"p", "y"}}, 2}}},
                         {"b_total", Reading::Kind::counter, "More.", {{{}, 3}}},
                         {"c", Reading::Kind::gauge, "None.", {}}});
    EXPECT_THAT(text, testing::EndsWith("\n# HELP a_bytes Help.\n# TYPE a_bytes gauge\na_bytes{p=\"x\"} 1.5\n"
                                        "a_bytes{p=\"y\"} 2\n# HELP b_total More.\n# TYPE b_total counter\nb_total 3"));
}

TEST(Exposition, showsHowLongTheConnectionWasAway) {
    Exposition exposition;
    EXPECT_THAT(exposition.text({}), HasSubstr("\naip_agent_reconnect_seconds_count 0\n"));
    exposition.reconnected(700ms);
    exposition.reconnected(40s);
    const auto text = exposition.text({});
    EXPECT_THAT(text, HasSubstr("\naip_agent_reconnect_seconds_count 2\n"));
    EXPECT_THAT(text, HasSubstr("\naip_agent_reconnect_seconds_bucket{le=\"1\"} 1\n"));
}

TEST(Exposition, manyThreadsCountAndRead) {
    Exposition exposition;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto meter = exposition.calls().of(facts("action::a"));
            for (int n = 0; n < 1'000; ++n) {
                meter->ended(Code::ok, 1ms);
            }
            static_cast<void>(exposition.text({}));
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(exposition.text({}), HasSubstr(R"(outcome="ok",tool="action::a"} 4000)"));
}

}  // namespace
}  // namespace aip::metrics

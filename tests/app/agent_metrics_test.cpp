#include "app/agent_metrics.h"

#include "app/connection_counts.h"
#include "tests/support/fake_slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::app {
namespace {

using namespace std::chrono_literals;
using lifecycle::State;
using testing::HasSubstr;
using testing::Not;

base::Clock::TimePoint at(std::chrono::milliseconds time) {
    return base::Clock::TimePoint(time);
}

TEST(ConnectionCounts, theTimeWithoutARegistrationEndsWithTheNext) {
    ConnectionCounts counts;
    const struct {
        State state;
        std::chrono::milliseconds time;
        std::optional<base::Clock::Duration> without;
    } rows[] = {{State::connecting, 0s, {}}, {State::listening, 1s, {}}, {State::waiting, 5s, {}},
                {State::connecting, 6s, {}}, {State::waiting, 7s, {}},   {State::connecting, 8s, {}},
                {State::listening, 9s, 4s},  {State::waiting, 20s, {}},  {State::connecting, 21s, {}},
                {State::listening, 23s, 3s}};
    for (const auto& row : rows) {
        EXPECT_EQ(counts.changed(row.state, at(row.time)), row.without) << row.time.count();
    }
    EXPECT_EQ(counts.attempts(), 4U);
    EXPECT_EQ(counts.registrations(), 3U);
}

AgentFigures figures() {
    AgentFigures figures;
    figures.version = "1.2.3";
    figures.abi = "1.1";
    figures.started = base::Clock::WallTime(1'700'000'000s);
    figures.attempts = 7;
    figures.registrations = 2;
    figures.loops = {{"I/O", 1500ms, 9}, {"control", 0s, 4}};
    figures.pending = 3;
    figures.locked = true;
    figures.records = 12;
    figures.audit = {.kind = audit::TrailState::Kind::failing, .waiting = 6, .callsRefused = 7, .eventsMissed = 8};
    figures.usage = {4096, 8192, 5, 1024, 1.5};
    return figures;
}

std::string text(const AgentFigures& of) {
    return metrics::Exposition().text(readingsOf(of, at(0s)));
}

TEST(AgentMetrics, showTheProcess) {
    const auto shown = text(figures());
    for (const char* line :
         {R"(aip_agent_build_info{version="1.2.3",abi="1.1"} 1)", "process_start_time_seconds 1700000000",
          "process_cpu_seconds_total 1.5", "process_resident_memory_bytes 4096", "process_open_fds 5",
          "process_max_fds 1024", "aip_agent_connection_attempts_total 7", "aip_agent_registrations_total 2",
          R"(aip_agent_loop_stalled_seconds{loop="I/O"} 1.5)", R"(aip_agent_loop_beats_total{loop="control"} 4)",
          "aip_agent_calls_pending 3", "aip_agent_locked 1", "aip_agent_audit_records_total 12",
          "aip_agent_audit_failing 1", "aip_agent_audit_waiting 6", "aip_agent_audit_calls_refused_total 7",
          "aip_agent_audit_events_missed_total 8"}) {
        EXPECT_THAT(shown, HasSubstr("\n" + std::string(line))) << line;
    }
}

TEST(AgentMetrics, showTheSessionIfItAnswers) {
    auto of = figures();
    EXPECT_THAT(text(of), Not(HasSubstr("connection_state")));
    of.session = lifecycle::SessionStatus{.state = State::listening,
                                          .server = "ws://canary",
                                          .lastError = "canary",
                                          .heartbeatAge = 2500ms,
                                          .unanswered = 1,
                                          .queuedBytes = 10,
                                          .transfers = 20};
    const auto shown = text(of);
    for (const char* line :
         {R"(aip_agent_connection_state{state="listening"} 1)", R"(aip_agent_connection_state{state="waiting"} 0)",
          "aip_agent_heartbeat_age_seconds 2.5", "aip_agent_send_queue_bytes 10", "aip_agent_file_queue_bytes 20",
          "aip_agent_commands_unanswered 1"}) {
        EXPECT_THAT(shown, HasSubstr("\n" + std::string(line))) << line;
    }
    EXPECT_THAT(shown, Not(HasSubstr("canary")));
}

TEST(AgentMetrics, showThePlugins) {
    auto of = figures();
    plugins::PluginEntry entry;
    entry.id = "p";
    entry.slot = tests::fakeSlot("p", {}, [](hosting::Call&) { return hosting::Outcome::success("1"); });
    of.plugins.push_back(entry);
    plugins::PluginEntry refused;
    refused.id = "q";
    refused.refusal = hosting::Refusal{"reason", "text"};
    of.plugins.push_back(refused);
    const auto shown = text(of);
    EXPECT_THAT(shown, HasSubstr(R"(aip_agent_plugins{state="refused"} 1)"));
    EXPECT_THAT(shown, HasSubstr(R"(aip_agent_plugin_quarantined{plugin="p"} 0)"));
    EXPECT_THAT(shown, HasSubstr(R"(aip_agent_plugin_restarts_total{plugin="p"} 0)"));
    EXPECT_THAT(shown, Not(HasSubstr(R"(plugin="q")")));
}

TEST(ProcessUsage, isThatOfThisProcess) {
    const auto usage = processUsage();
    EXPECT_GT(usage.residentBytes, 1'000'000U);
    EXPECT_GE(usage.virtualBytes, usage.residentBytes);
    EXPECT_GE(usage.descriptors, 3U);
    EXPECT_GE(usage.mostDescriptors, usage.descriptors);
    EXPECT_GT(usage.processorSeconds, 0);
}

}  // namespace
}  // namespace aip::app

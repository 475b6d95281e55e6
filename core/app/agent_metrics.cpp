#include "app/agent_metrics.h"

#include <array>
#include <chrono>
#include <map>
#include <utility>

namespace aip::app {
namespace {

using metrics::Reading;
using Kind = Reading::Kind;
using lifecycle::State;

constexpr std::array sessionStates{State::disconnected, State::connecting, State::describing, State::registering,
                                   State::listening,    State::rejected,   State::occupied,   State::waiting,
                                   State::draining,     State::cancelling, State::closing,    State::leaving,
                                   State::stopped};

double secondsOf(base::Clock::Duration time) {
    return std::chrono::duration<double>(time).count();
}

Reading gaugeOf(std::string name, std::string help, double value) {
    return {std::move(name), Kind::gauge, std::move(help), {{{}, value}}};
}

Reading counterOf(std::string name, std::string help, double value) {
    return {std::move(name), Kind::counter, std::move(help), {{{}, value}}};
}

void addProcess(std::vector<Reading>& out, const AgentFigures& figures) {
    const auto& usage = figures.usage;
    out.push_back({"aip_agent_build_info",
                   Kind::gauge,
                   "The program: always 1.",
                   {{{{"version", figures.version}, {"abi", figures.abi}}, 1}}});
    out.push_back(gaugeOf("process_start_time_seconds", "When the agent was started, since 1970.",
                          std::chrono::duration<double>(figures.started.time_since_epoch()).count()));
    out.push_back(counterOf("process_cpu_seconds_total", "Processor time of the agent without its plugins.",
                            usage.processorSeconds));
    out.push_back(gaugeOf("process_resident_memory_bytes", "Memory of the agent without its plugins.",
                          static_cast<double>(usage.residentBytes)));
    out.push_back(gaugeOf("process_virtual_memory_bytes", "Address space of the agent.",
                          static_cast<double>(usage.virtualBytes)));
    out.push_back(gaugeOf("process_open_fds", "Open descriptors.", static_cast<double>(usage.descriptors)));
    out.push_back(
        gaugeOf("process_max_fds", "Descriptors that may be open.", static_cast<double>(usage.mostDescriptors)));
}

void addConnection(std::vector<Reading>& out, const AgentFigures& figures) {
    out.push_back(counterOf("aip_agent_connection_attempts_total", "Attempts to connect to the server.",
                            static_cast<double>(figures.attempts)));
    out.push_back(counterOf("aip_agent_registrations_total", "Registrations with the server.",
                            static_cast<double>(figures.registrations)));
}

void addSession(std::vector<Reading>& out, const lifecycle::SessionStatus& session) {
    Reading states{"aip_agent_connection_state", Kind::gauge, "1 for the state that the connection is in.", {}};
    for (const State state : sessionStates) {
        states.values.push_back({{{"state", std::string(name(state))}}, state == session.state ? 1.0 : 0.0});
    }
    out.push_back(std::move(states));
    if (session.heartbeatAge) {
        out.push_back(gaugeOf("aip_agent_heartbeat_age_seconds", "Since the server has acknowledged a heartbeat.",
                              secondsOf(*session.heartbeatAge)));
    }
    out.push_back(gaugeOf("aip_agent_send_queue_bytes", "Bytes that wait to be sent to the server.",
                          static_cast<double>(session.queuedBytes)));
    out.push_back(gaugeOf("aip_agent_file_queue_bytes", "Bytes of answers that wait for a file to be sent.",
                          static_cast<double>(session.transfers)));
    out.push_back(gaugeOf("aip_agent_commands_unanswered", "COMMANDs of the server that are not answered yet.",
                          static_cast<double>(session.unanswered)));
}

/// One value for each plugin that has a slot.
template <typename Value>
Reading ofPlugins(std::string name, Kind kind, std::string help, const AgentFigures& figures, const Value& value) {
    Reading reading{std::move(name), kind, std::move(help), {}};
    for (const auto& entry : figures.plugins) {
        if (entry.slot) {
            reading.values.push_back({{{"plugin", entry.id}}, static_cast<double>(value(*entry.slot))});
        }
    }
    return reading;
}

Reading pluginStates(const AgentFigures& figures) {
    std::map<std::string, double> counts;
    for (const auto& entry : figures.plugins) {
        ++counts[entry.state()];
    }
    Reading reading{"aip_agent_plugins", Kind::gauge, "Plugins by their state.", {}};
    for (const auto& [state, count] : counts) {
        reading.values.push_back({{{"state", state}}, count});
    }
    return reading;
}

void addPlugins(std::vector<Reading>& out, const AgentFigures& figures, base::Clock::TimePoint now) {
    out.push_back(pluginStates(figures));
    out.push_back(ofPlugins("aip_agent_plugin_failures_total", Kind::counter, "Failures of a plugin's process.",
                            figures, [now](const plugins::Slot& slot) { return slot.figures(now).failures; }));
    out.push_back(ofPlugins("aip_agent_plugin_restarts_total", Kind::counter,
                            "Processes of a plugin in the place of one that has failed.", figures,
                            [now](const plugins::Slot& slot) { return slot.figures(now).restarts; }));
    out.push_back(ofPlugins("aip_agent_plugin_quarantined", Kind::gauge,
                            "1: the plugin has failed too often and takes no calls.", figures,
                            [](const plugins::Slot& slot) { return slot.state() == plugins::SlotState::quarantined; }));
    out.push_back(ofPlugins("aip_agent_plugin_calls_running", Kind::gauge, "Calls that a plugin runs.", figures,
                            [now](const plugins::Slot& slot) { return slot.figures(now).running; }));
    out.push_back(ofPlugins("aip_agent_plugin_calls_waiting", Kind::gauge, "Calls that wait for a place in a plugin.",
                            figures, [now](const plugins::Slot& slot) { return slot.figures(now).waiting; }));
}

void addLoops(std::vector<Reading>& out, const std::vector<LoopWatch::Age>& loops) {
    Reading stalled{"aip_agent_loop_stalled_seconds",
                    Kind::gauge,
                    "How long a loop of the agent has not answered; 0: it makes progress.",
                    {}};
    Reading beats{"aip_agent_loop_beats_total", Kind::counter, "Signs of life of a loop of the agent.", {}};
    for (const auto& loop : loops) {
        stalled.values.push_back({{{"loop", loop.name}}, secondsOf(loop.owed)});
        beats.values.push_back({{{"loop", loop.name}}, static_cast<double>(loop.beats)});
    }
    out.push_back(std::move(stalled));
    out.push_back(std::move(beats));
}

void addAudit(std::vector<Reading>& out, const AgentFigures& figures) {
    using Audit = audit::TrailState::Kind;
    const auto& audit = figures.audit;
    const bool failing = audit.kind == Audit::failing || audit.kind == Audit::missing;
    out.push_back(
        counterOf("aip_agent_audit_records_total", "Records of the audit.", static_cast<double>(figures.records)));
    out.push_back(gaugeOf("aip_agent_audit_failing", "1: the audit is wanted and cannot be written.", failing ? 1 : 0));
    out.push_back(gaugeOf("aip_agent_audit_waiting", "Records that are not in the audit's file yet.",
                          static_cast<double>(audit.waiting)));
    out.push_back(counterOf("aip_agent_audit_calls_refused_total", "Calls for whose records the audit had no room.",
                            static_cast<double>(audit.callsRefused)));
    out.push_back(counterOf("aip_agent_audit_events_missed_total", "Events without a record: the audit had no room.",
                            static_cast<double>(audit.eventsMissed)));
}

}  // namespace

std::vector<Reading> readingsOf(const AgentFigures& figures, base::Clock::TimePoint now) {
    std::vector<Reading> out;
    addProcess(out, figures);
    addConnection(out, figures);
    if (figures.session) {
        addSession(out, *figures.session);
    }
    addPlugins(out, figures, now);
    addLoops(out, figures.loops);
    out.push_back(gaugeOf("aip_agent_calls_pending", "What all clients have asked for and is not answered yet.",
                          static_cast<double>(figures.pending)));
    out.push_back(gaugeOf("aip_agent_locked", "1: the operator has locked the agent.", figures.locked ? 1 : 0));
    addAudit(out, figures);
    return out;
}

}  // namespace aip::app

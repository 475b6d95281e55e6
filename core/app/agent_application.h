#pragma once

#include "app/command_line.h"
#include "app/daemon.h"
#include "app/event_queue.h"
#include "app/own_log.h"
#include "app/service_reporter.h"
#include "app/settings.h"
#include "app/settings_reader.h"
#include "app/standard_streams.h"

#include <optional>
#include <string>

namespace aip::app {

class Agent;
class Redaction;
struct AgentEvents;

/// The process, from its arguments to its exit code.
class AgentApplication {
  public:
    AgentApplication();

    int launch(int argc, char** argv);

  private:
    bool isRun() const { return _line.mode == Mode::run || _line.mode == Mode::mcp; }
    std::optional<int> takeView() const;
    SettingsRequest request() const;
    std::optional<int> beforeSettings(const Poco::Util::OptionSet& options);
    int withSettings(base::Result<Settings, Findings> settings);
    std::optional<int> begin();
    int serve();
    void warnAtStart() const;
    base::Result<void> startLog(const Redaction& redaction);
    base::Result<void> startOwnLog(const Redaction& redaction);
    AgentEvents eventsOf(const Redaction& redaction);
    void stop(Agent& agent);
    void reload(Agent& agent);
    int runWithDoor(Agent& agent);
    int run(Agent& agent);
    bool handle(const EventQueue::Next& next, Agent& agent);
    int conclude(Agent& agent);
    void report(Agent& agent);
    void say(const EventQueue::Next& next);

    CommandLine _line;
    Settings _settings;
    Daemon _daemon;
    std::optional<StandardStreams> _client;  ///< with --mcp, until the agent has it
    std::optional<OwnLog> _ownLog;           ///< with --mcp
    ServiceNotify _manager;                  ///< until the reporter has it
    std::optional<ServiceReporter> _service;
    Signals _named;       ///< signals without a meaning that the log has named
    EventQueue& _events;  ///< never destroyed: the signal thread lives as long as the process
};

}  // namespace aip::app

#include "app/agent_application.h"

#include "app/agent.h"
#include "app/agent_help.h"
#include "app/audit_trail.h"
#include "app/check.h"
#include "app/check_view.h"
#include "app/control_door.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "app/network_watch.h"
#include "app/output.h"
#include "app/pid_file.h"
#include "app/platform.h"
#include "app/sample.h"
#include "app/settings_reader.h"
#include "app/signal_thread.h"
#include "app/state_directory.h"
#include "app/status_line.h"
#include "app/version_report.h"
#include "base/help.h"
#include "base/log.h"

#include <cstdlib>
#include <iostream>
#include <optional>

namespace aip::app {
namespace {

EventQueue& eternalEvents() {
    static auto* const events = new EventQueue;
    return *events;
}

}  // namespace

AgentApplication::AgentApplication() : _events(eternalEvents()) {}

int AgentApplication::launch(int argc, char** argv) {
    _manager = ServiceNotify::take();
    Poco::Util::OptionSet options;
    defineOptions(options);
    auto line = parseCommandLine(options, argc, argv);
    if (!line) {
        std::cerr << base::wrongUsage("aip-agent", line.error().text()) << std::flush;
        return exitUsage;
    }
    _line = *std::move(line);
    if (const auto code = takeView()) {
        return *code;
    }
    if (!isRun()) {
        SignalThread::startEnding();
    }
    if (const auto code = beforeSettings(options)) {
        return *code;
    }
    return withSettings(readSettings(request()));
}

/// An exit code if that is all.
std::optional<int> AgentApplication::beforeSettings(const Poco::Util::OptionSet& options) {
    switch (_line.mode) {
        case Mode::help:
            return print(agentHelp(options));
        case Mode::version:
            return print(versionReport());
        case Mode::sampleIni:
            return print(sampleIni());
        case Mode::sampleXml:
            return print(sampleXml());
        case Mode::mcp:
        case Mode::run:
            return begin();
        default:
            return std::nullopt;
    }
}

int AgentApplication::withSettings(base::Result<Settings, Findings> settings) {
    if (_line.mode == Mode::printConfig) {
        return printConfiguration(request(), settings);
    }
    if (_line.mode == Mode::diagnosis) {
        return printDiagnosis(request(), settings);
    }
    if (!settings) {
        return refuse(settings.error(), _line);
    }
    if (_line.mode == Mode::check) {
        return checkAll(*settings, _line);
    }
    if (_line.mode == Mode::listPlugins) {
        return listPlugins(*settings);
    }
    _settings = *std::move(settings);
    return serve();
}

/// An exit code if --check cannot be done as it is wanted.
std::optional<int> AgentApplication::takeView() const {
    if (_line.mode != Mode::check || _line.toolsOnly) {
        return std::nullopt;
    }
    const auto taken = takeViewOfRunner(_line.user);
    if (!taken) {
        return fail(taken.error().code() == base::Code::invalid ? exitUsage : exitSoftware, taken.error().text());
    }
    if (!taken->empty() && !_line.json) {
        std::cerr << "aip-agent: " << *taken << std::endl;
    }
    return std::nullopt;
}

SettingsRequest AgentApplication::request() const {
    const bool needsServer = (_line.mode == Mode::run || _line.mode == Mode::check) && !_line.toolsOnly;
    return {.paths = _line.configPaths,
            .definitions = _line.definitions,
            .needsServer = needsServer,
            .toolsOnly = _line.toolsOnly};
}

/// Of what serves: before the first thread. An exit code if that is all.
std::optional<int> AgentApplication::begin() {
    narrowUmask(_line.umask);
    if (const auto code = _line.daemon ? _daemon.split() : std::nullopt) {
        return code;
    }
    if (_line.mode == Mode::mcp) {
        auto streams = StandardStreams::take();
        if (!streams) {
            return fail(exitSoftware, streams.error().text());
        }
        _client = *std::move(streams);
    }
    SignalThread::start(_events);
    return std::nullopt;
}

int AgentApplication::serve() {
    std::optional<PidFile> pidFile;
    SignalThread::attend();
    if (!_line.pidFile.empty()) {
        auto created = PidFile::create(_line.pidFile);
        if (!created) {
            return fail(exitPidFile, created.error().text());
        }
        pidFile.emplace(*std::move(created));
    }
    const Redaction redaction(_settings);
    if (_client) {
        _settings.mcpServer.listen.clear();
    }
    if (auto started = startLog(redaction); !started) {
        return fail(exitConfig, started.error().text());
    }
    warnAtStart();
    allowTracing(_settings.slot.process.confinement.debuggable);
    const base::SystemClock clock;
    const auto trail = openTrail(_settings, clock);
    if (!trail) {
        return fail(exitConfig, trail.error().text());
    }
    // The one that has started an MCP client hears nothing of its servers.
    _service.emplace(_line.mode == Mode::mcp ? ServiceNotify() : std::move(_manager), _settings.readyWhenRegistered);
    Agent agent(_settings, redaction, *trail ? **trail : audit::noTrail(), eventsOf(redaction), std::move(_client));
    _service->watch([&agent] { return agent.frozenLoops().empty(); });
    const int code = runWithDoor(agent);
    _service->watch({});
    if (*trail) {
        (*trail)->stop();
    }
    stopLogging();
    if (agent.leftBehind()) {
        pidFile.reset();
        std::_Exit(code);  // destructors would take from a thread of a plugin what it uses
    }
    return code;
}

void AgentApplication::warnAtStart() const {
    log(_settings.findings);
    if (hasAllRights()) {
        base::log::warn(
            "running as root: plugins and their commands have all rights; start the agent as a user of its "
            "own, as the systemd unit does");
    }
    if (_line.daemon && _settings.log.file.empty()) {
        base::log::warn("there is no log.file: in the background nobody sees the log");
    }
}

base::Result<void> AgentApplication::startLog(const Redaction& redaction) {
    return _client ? startOwnLog(redaction) : startLogging(_settings.log, redaction);
}

/// Standard error, which the client shows, and a file if there can be one. log.file may be that of a running agent.
base::Result<void> AgentApplication::startOwnLog(const Redaction& redaction) {
    auto& log = _settings.log;
    log.console = true;
    log.file.clear();
    log.fileMode = 0600;
    if (auto started = startLogging(log, redaction); !started || log.level == "off") {
        return started;
    }
    auto place = OwnLog::take(stateDirectory(_settings));
    log.file = place ? place->file().string() : "";
    const auto kept = place ? startLogging(log, redaction) : std::move(place).error();
    if (!kept) {
        log.file.clear();
        base::log::warn("log: kept in no file: {}", kept.error().text());
        return {};
    }
    _ownLog = *std::move(place);
    base::log::info("log: kept in {}", log.file);
    return {};
}

AgentEvents AgentApplication::eventsOf(const Redaction& redaction) {
    return {[this] { _events.post(Event::pluginsLack); },
            [this, redaction](const lifecycle::SessionStatus& status) {
                _service->status(statusLine(status, redaction));
                if (status.state == lifecycle::State::listening) {
                    _service->registered();
                }
            },
            [this] { _service->reloaded(); }};
}

/// The operator's door is open as long as the agent lives: also while it stops.
int AgentApplication::runWithDoor(Agent& agent) {
    if (_line.mode == Mode::mcp) {  // a running agent may have the door
        return run(agent);
    }
    const ControlDoor door(agent, _settings, request(), _events);
    return run(agent);
}

int AgentApplication::run(Agent& agent) {
    if (!_line.request.empty()) {
        static_cast<void>(agent.requestTask(_line.request, _line.taskName));  // the first one finds room
    }
    base::log::info("aip-agent " AIP_AGENT_VERSION " as {}", _settings.session.clientId);
    if (const auto& endpoint = _settings.session.endpoint; !endpoint.proxyUrl.empty()) {
        base::log::info("through the proxy {} ({})", endpoint.proxyUrl, endpoint.proxyOrigin.setting);
    }
    watchNetwork();
    _service->status("starting the plugins");
    agent.prepare([this] { _events.post(Event::prepared); });
    while (handle(_events.next(), agent)) {
    }
    return conclude(agent);
}

/// Stops the plugins. The events that come meanwhile are still answered, if only by a line.
int AgentApplication::conclude(Agent& agent) {
    _service->stopping();
    _service->status("stopping the plugins");
    agent.finish([this] { _events.post(Event::stopped); });
    for (auto next = _events.next(); next.event != Event::stopped; next = _events.next()) {
        say(next);
        if (next.event == Event::hangUp || next.event == Event::reopenLog) {
            reopenLog();
        }
    }
    const auto result = agent.result();
    if (!result) {
        return fail(exitSoftware, result.error().text());
    }
    return *result == Agent::End::stopped ? exitOk : exitUnavailable;
}

/// The agent runs. Who has started it in the background reads no log yet.
void AgentApplication::report(Agent& agent) {
    if (_line.daemon) {
        for (const auto& line : agent.notStarted()) {
            std::cerr << "aip-agent: " << line << std::endl;
        }
    }
    _service->started();
    if (!_daemon.ready()) {
        stop(agent);
    }
}

void AgentApplication::stop(Agent& agent) {
    _service->stopping();
    agent.stop();
}

void AgentApplication::reload(Agent& agent) {
    _service->reloading();
    auto next = request();
    next.again = true;
    if (!agent.reload(std::move(next))) {
        _service->reloaded();
    }
}

/// The line about a signal.
void AgentApplication::say(const EventQueue::Next& next) {
    switch (next.event) {
        case Event::stop:
            return base::log::info("asked to stop: {}", next.causes.none() ? "by an operator" : names(next.causes));
        case Event::stopNow:
            return base::log::warn("asked to stop again: {}; the process ends within {} s, whatever still runs",
                                   names(next.causes), forcedStopAfter.count());
        case Event::ignoredSignal: {
            const bool known = (next.causes & ~_named).none();
            _named |= next.causes;
            return base::log::line(known ? base::log::Level::debug : base::log::Level::warn,
                                   "{}: means nothing to this agent and is ignored", names(next.causes));
        }
        default:
            return;
    }
}

/// False: that was the last.
bool AgentApplication::handle(const EventQueue::Next& next, Agent& agent) {
    say(next);
    switch (next.event) {
        case Event::stopped:
        case Event::ended:
            return false;
        case Event::prepared:
            if (!agent.start([this] { _events.post(Event::ended); })) {
                return false;
            }
            report(agent);
            return true;
        case Event::stopNow:
        case Event::stop:
            stop(agent);
            return true;
        case Event::hangUp:
            reopenLog();
            reload(agent);
            return true;
        case Event::reopenLog:
            reopenLog();
            return true;
        case Event::pluginsLack:
            agent.admitAgain();
            return true;
        case Event::networkUp:
            agent.networkUp();
            return true;
        case Event::ignoredSignal:
            return true;
    }
    return true;
}

}  // namespace aip::app

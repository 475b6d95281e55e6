#include "app/agent.h"

#include "app/line_front.h"
#include "app/mcp_door.h"
#include "app/platform.h"
#include "app/plugin_setup.h"
#include "app/server_front.h"
#include "app/state_directory.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "lifecycle/command_caller.h"
#include "plugins/confinement_probe.h"
#include "plugins/slot.h"

#include <aip/ext/device_info.h>
#include <aip/ext/task_events.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace aip::app {
namespace {

/// What plugins may take to stop, all together.
constexpr std::chrono::seconds stopLimit{5};
/// Of this, what a plugin has for it before its process is killed.
constexpr auto ownStopLimit = stopLimit - plugins::Slot::longestEnd;

/// {"mode":"process","in_force":["pid_namespace"]}
std::string isolationJson(const plugins::PluginEntry& entry, link::Measures granted) {
    std::string measures;
    for (const auto measure : entry.measures(granted).names()) {
        measures += (measures.empty() ? "" : ",") + base::jsonString(measure);
    }
    return R"({"mode":)" + base::jsonString(name(entry.settings.isolation)) + R"(,"in_force":[)" + measures + "]}";
}

constexpr auto ioLoop = "I/O";
constexpr auto controlLoop = "control";
constexpr auto keepingLoop = "housekeeping";
/// For a loop that never waits for anything.
constexpr std::chrono::seconds loopPatience{2};

}  // namespace

Agent::Agent(const Settings& settings, const Redaction& redaction, audit::Trail& trail, AgentEvents events,
             std::optional<StandardStreams> client)
    : _settings(settings),
      _redaction(redaction),
      _granted(plugins::probeConfinement(installedRunner(), settings.pluginStartTimeout)),
      _events(std::move(events)),
      _trail(trail),
      _calls(_clock),
      _outbox(_settings.session.transfer.send ? std::make_shared<lifecycle::Outbox>() : nullptr),
      _lock(
          stateDirectory(_settings), _calls, _timers, _clock,
          [this](const std::function<void()>& job) { _dispatcher.runOnWorker(job); }, _redaction),
      _policy(_lock, _clock),
      _toolsTold(_timers, [this] { tellOfTools(); }),
      _plugins({.drainTimeout = _settings.session.drainTimeout,
                .closeLimit = ownStopLimit,
                .swapped = [this] { _toolsTold.changed(); },
                .meters = &_metrics.calls(),
                .housekept = [this] { _loops.beat(keepingLoop); },
                .offersByKey = !_settings.mcpServer.only},
               _timers),
      _dispatcher(_plugins.router(), _policy, _calls, _timers, _clock, _settings.dispatcher, _trail, _metrics.calls()),
      _offered(_plugins.router(), mcpProfile(_settings)),
      _lines(_dispatcher, _offered, lineServerSettings(_settings)),
      _front(makeFront(std::move(client))),
      _known(SelfKnowledge{std::make_shared<const Settings>(_settings), _settings.findings}) {
    watchLoops();
    _policy.apply(_settings.limits);
    _lock.onChanged(lockAccount(_trail));
    _lock.onStopped([this] { _plugins.rest(); });
}

Agent::~Agent() {
    if (_thread.joinable()) {
        for (int i = 0; i < 3; ++i) {
            stop();
        }
        stopPlugins();
    }
    _toolsTold.stop();
    _lock.onStopped({});
}

std::unique_ptr<Front> Agent::makeFront(std::optional<StandardStreams> client) {
    if (client) {
        return std::make_unique<LineFront>(_settings, _dispatcher, *std::move(client));
    }
    return std::make_unique<ServerFront>(
        _settings, _redaction, _dispatcher, _plugins, _timers, _clock, _outbox, [this] { return describe(); },
        [this](const auto& status) { changed(status); });
}

/// Housekeeping stops plugins, which takes its time.
void Agent::watchLoops() {
    _loops.add({ioLoop, loopPatience, [this] {
                    const auto beat = [this] { _loops.beat(ioLoop); };
                    if (_serving) {
                        _front->ask(beat);
                    }
                    if (!_serving) {  // any more: nobody may hear it
                        beat();
                    }
                }});
    _loops.add({controlLoop, loopPatience,
                [this] { _timers.at(std::chrono::steady_clock::now(), [this] { _loops.beat(controlLoop); }); }});
    _loops.add({keepingLoop, stopLimit + 2 * loopPatience, [this] { _plugins.askHousekeeping(); }});
}

void Agent::changed(const lifecycle::SessionStatus& status) {
    const auto without = _connection.with([&](auto& counts) { return counts.changed(status.state, _clock.now()); });
    if (without) {
        _metrics.reconnected(*without);
    }
    _events.changed(status);
}

void Agent::tellOfTools() {
    _front->toolsChanged();
    _lines.toolsChanged();
    if (const auto http = _http.with([](const auto& server) { return server; })) {
        http->toolsChanged();
    }
}

/// Members for the metadata of the registration.
std::string Agent::describe() const {
    std::string out = R"("capabilities":[)";
    for (const auto& capability : _plugins.capabilities()) {
        out += (out.back() == '[' ? "" : ",") + base::jsonString(capability);
    }
    out += R"(],"agent":{"name":"aip-agent","version":")" AIP_AGENT_VERSION R"(","abi":")" + abiVersion() +
           R"("},"plugins":[)";
    for (const auto& entry : _plugins.entries()) {
        out += (out.back() == '[' ? "" : ",");
        out += R"({"id":)" + base::jsonString(entry.id) + R"(,"version":)" + base::jsonString(entry.version) +
               R"(,"state":)" + base::jsonString(entry.state()) + R"(,"isolation":)" + isolationJson(entry, _granted);
        out += entry.update ? R"(,"update_refused":)" + base::jsonString(entry.update->line()) + "}" : "}";
    }
    return out + "]";
}

void Agent::prepare(std::function<void()> done) {
    onReloadThread([this, done = std::move(done)] {
        try {
            _prepared = replacePlugins(planFor(_settings), _settings);
        } catch (const std::exception& e) {
            _prepared = base::Error(base::Code::internal, std::string("the plugins: ") + e.what());
        }
        done();
    });
}

bool Agent::start(std::function<void()> ended) {
    if (_prepared && !_stopping) {
        _prepared = openHttp();
    }
    if (!_prepared || _stopping) {
        return false;
    }
    _trail.event("started",
                 R"("version":")" AIP_AGENT_VERSION R"(","client_id":)" + base::jsonString(_settings.session.clientId));
    _thread = std::thread([this, ended = std::move(ended)] {
        base::nameThread("aip-io");
        _serving = true;
        _end = _front->run();
        _serving = false;
        _loops.beat(ioLoop);  // it may have been asked meanwhile
        drainOtherDoors();
        ended();
    });
    return true;
}

base::Result<void> Agent::openHttp() {
    if (_settings.mcpServer.listen.empty()) {
        return {};
    }
    auto server = mcp_server::HttpServer::start(_dispatcher, _offered, httpServerSettings(_settings));
    if (!server) {
        return std::move(server).error().within("mcp_server.listen");
    }
    const auto& listen = _settings.mcpServer.listen;  // its port may be 0: any
    base::log::info("MCP clients are served at {}:{}", listen.substr(0, listen.rfind(':')), (*server)->port());
    _http.with([&](auto& held) { held = *std::move(server); });
    return {};
}

std::vector<std::string> Agent::notStarted() const {
    std::vector<std::string> lines;
    for (const auto& entry : _plugins.entries()) {
        const bool works = entry.slot ? entry.slot->state() == plugins::SlotState::running : !entry.refusal;
        if (_settings.startedAtOnce.contains(entry.id) && !works) {
            lines.push_back("plugin " + entry.id + " is " + entry.state() + ": " + entry.reason());
        }
    }
    return lines;
}

void Agent::drainOtherDoors() {
    if (_stopping) {
        _calls.waitForOtherDoors(lifecycle::serverDoor, _drainEnd);
    }
}

void Agent::stop() {
    if (_stopping) {
        _calls.endWaiting();
    } else {
        _drainEnd = std::chrono::steady_clock::now() + _settings.session.drainTimeout;
    }
    _stopping = true;
    _dispatcher.close();
    _front->stop();
    _stops.run([this] { _plugins.close(); });
}

void Agent::finish(std::function<void()> done) {
    _stops.run([this, done = std::move(done)] {
        stopPlugins();
        done();
    });
}

void Agent::stopPlugins() {
    if (_thread.joinable()) {
        _thread.join();
    }
    _toolsTold.stop();
    std::shared_ptr<mcp_server::HttpServer> http;
    _http.with([&](auto& held) { http = std::move(held); });
    if (http) {
        http->stop();
    }
    _lines.stop();
    _plugins.close();
    _reloads.with([](auto& pool) { return std::move(pool); }).reset();  // waits for what runs, without the lock
    _leftBehind = !_plugins.stopAll(ownStopLimit);
    if (_leftBehind) {
        base::log::warn("a plugin does not stop and is left behind");
    }
    _trail.event("stopped", {});
}

base::Result<Agent::End> Agent::result() const {
    if (!_prepared && !_stopping) {
        return _prepared.error();
    }
    return _end;
}

}  // namespace aip::app

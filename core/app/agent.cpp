#include "app/agent.h"

#include "app/line_front.h"
#include "app/mcp_door.h"
#include "app/platform.h"
#include "app/plugin_setup.h"
#include "app/plugin_trust.h"
#include "app/profile_findings.h"
#include "app/server_front.h"
#include "app/state_directory.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "lifecycle/command_caller.h"
#include "plugins/confinement_probe.h"
#include "plugins/process_stages.h"

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
constexpr auto ownStopLimit = stopLimit - plugins::ProcessStages::longestEnd;

/// {"mode":"process","in_force":["pid_namespace"]}
std::string isolationJson(const plugins::PluginEntry& entry, link::Measures granted) {
    std::string measures;
    for (const auto measure : entry.measures(granted).names()) {
        measures += (measures.empty() ? "" : ",") + base::jsonString(measure);
    }
    return R"({"mode":)" + base::jsonString(name(entry.settings.isolation)) + R"(,"in_force":[)" + measures + "]}";
}

base::Error stopping() {
    return {base::Code::unavailable, "the agent is stopping"};
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
                .housekept = [this] { _loops.beat(keepingLoop); }},
               _timers),
      _dispatcher(_plugins.router(), _policy, _calls, _timers, _clock, _settings.dispatcher, _trail, _metrics.calls()),
      _catalogue(_plugins.router(), mcpProfile(_settings)),
      _lines(_dispatcher, _catalogue, lineServerSettings(_settings)),
      _front(makeFront(std::move(client))),
      _known(SelfKnowledge{std::make_shared<const Settings>(_settings), _settings.findings}) {
    watchLoops();
    _policy.apply(_settings.limits);
    _lock.onChanged(lockAccount(_trail));
}

Agent::~Agent() {
    if (_thread.joinable()) {
        for (int i = 0; i < 3; ++i) {
            stop();
        }
        stopPlugins();
    }
    _toolsTold.stop();
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

void Agent::requestTask(const std::string& request, const std::string& name) {
    _front->requestTask(request, name);
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
    auto server = mcp_server::HttpServer::start(_dispatcher, _catalogue, httpServerSettings(_settings));
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

/// Not any more once the plugins stop.
void Agent::onReloadThread(std::function<void()> job) {
    _reloads.with([&job](const auto& pool) {
        if (pool) {
            pool->run(std::move(job));
        }
    });
}

bool Agent::reload(SettingsRequest request) {
    if (_reloadWaits.exchange(true)) {
        return false;
    }
    onReloadThread([this, request = std::move(request)] {
        _reloadWaits = false;
        _reloadLedger.begin();
        _reloadLedger.end(reloadNow(request));
        _events.reloaded();
    });
    return true;
}

ReloadLedger::Outcome Agent::reloadNow(SettingsRequest request) {
    if (_stopping) {
        return stopping();
    }
    request.givenUp = [this] { return _stopping.load(); };
    const auto settings = readSettings(request);
    if (_stopping) {
        return stopping();
    }
    _known.with([&](auto& known) { known.read = settings ? settings->findings : settings.error(); });
    if (!settings) {
        return refuseReload(settings.error());
    }
    log(settings->findings);
    auto restart = keysForARestart(_settings, *settings);
    for (const auto& key : restart) {
        base::log::warn("reload: {} has changed; that needs a restart", key);
    }
    const auto merged = reloaded(_settings, *settings);
    _redaction.learnServers(merged.discovery.servers);
    _front->reload(merged);
    applyLimits(merged);
    auto replaced = reloadPlugins(merged);
    return replaced ? ReloadLedger::Outcome(std::move(restart)) : std::move(replaced).error();
}

ReloadLedger::Outcome Agent::refuseReload(const Findings& found) {
    log(found);
    base::log::error("reload: everything stays as it is: the configuration is wrong");
    _trail.event("reload", R"("status":"failure","reason":"the configuration is wrong")");
    _front->renewCredentials();
    std::string lines = _redaction(found.text());
    for (auto at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at)) {
        lines.replace(at, 1, "; ");
    }
    return base::Error(base::Code::invalid, "everything stays as it is: the configuration is wrong: " + lines);
}

/// At once: plugins may take their time.
void Agent::applyLimits(const Settings& settings) {
    _policy.apply(settings.limits);
    if (const auto moved = _lock.moveTo(stateDirectory(settings)); !moved) {
        base::log::error("reload: the operator's lock: {}", moved.error().text());
    }
}

execution::PluginSetConfig Agent::planFor(const Settings& settings) const {
    auto plan = pluginSetFor(settings);
    for (const auto& id : _disabled) {
        if (const auto server = plan.discovery.servers.find(id); server != plan.discovery.servers.end()) {
            server->second.enabled = false;
        } else {
            plan.discovery.plugins[id].enabled = false;
        }
    }
    return plan;
}

std::string Agent::listWorking() const {
    std::string list;
    for (const auto& entry : _plugins.entries()) {
        if (entry.slot) {
            list += (list.empty() ? "" : ", ") + entry.id + " " + entry.version;
        }
    }
    return list.empty() ? "none" : list;
}

base::Result<void> Agent::replacePlugins(execution::PluginSetConfig plan, const Settings& settings) {
    auto replaced = _plugins.replace(plan, slotMaker(settings, _redaction, _outbox, _trail));
    if (replaced) {
        _policy.believe(believedPlugins(_plugins.entries(), settings.discovery.trust, installedPlugins()));
        _account.tell(_trail, _plugins.entries());
        log(offerFindings(_plugins, settings));
        _latest = std::make_shared<const Settings>(settings);
        _known.with([this](auto& known) { known.settings = _latest; });
        planRetry();
    }
    return replaced;
}

void Agent::planRetry() {
    const auto now = std::chrono::steady_clock::now();
    const auto next = _retry.discovered(now, _plugins.shortage());
    if (next.line) {
        base::log::warn("plugins: {}", *next.line);
    }
    _retryTime.drop();
    if (next.wait) {
        _retryTime = _timers.at(now + *next.wait, _events.lacking);
    }
}

void Agent::admitAgain() {
    onReloadThread([this] {
        auto plan = planFor(*_latest);
        plan.discovery.onlyWhatWasShort = true;
        static_cast<void>(replacePlugins(std::move(plan), *_latest));  // fails only if the agent is stopping
    });
}

base::Result<void> Agent::reloadPlugins(const Settings& settings) {
    auto replaced = replacePlugins(planFor(settings), settings);
    if (replaced) {
        base::log::info("reload: done; plugins at work: {}", listWorking());
        _trail.event("reload", R"("status":"success")");
    } else {
        base::log::error("reload: the plugins stay as they are: {}", replaced.error().text());
        _trail.event("reload", R"("status":"failure","reason":)" + base::jsonString(replaced.error().text()));
        replaced = std::move(replaced).error().within("the plugins stay as they are");
    }
    return replaced;
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

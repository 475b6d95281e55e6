#include "app/agent.h"
#include "app/agent_metrics.h"
#include "app/audit_trail.h"
#include "app/connection_findings.h"
#include "app/machine_check.h"
#include "app/plugin_findings.h"
#include "app/plugin_setup.h"
#include "app/profile_findings.h"
#include "base/json_object.h"
#include "base/log.h"

#include <Poco/Process.h>

#include <algorithm>
#include <new>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;

/// For a thread that makes progress, this is long.
constexpr std::chrono::milliseconds patience{2'000};
constexpr std::chrono::milliseconds fileLimit{5'000};
constexpr std::size_t mostLeaving = 4;  ///< former slots of a plugin

std::string json(const lifecycle::SessionStatus& status, const Redaction& redaction) {
    base::JsonObject out;
    out.text("state", name(status.state))
        .text("since", base::timestamp(status.since))
        .text("url", redaction(status.server))
        .textIfAny("last_error", base::repairUtf8(redaction(status.lastError)));
    if (const auto findings = connectionFindings(status.failure); !findings.all().empty()) {
        const Found found = findings.all().front().found;
        out.text("code", code(found)).text("cure", rowOf(found).cure);
    }
    return out.number("attempts", status.attempts)
        .numberIfAny("next_attempt_ms", status.nextAttempt ? std::optional(status.nextAttempt->count()) : std::nullopt)
        .textIfAny("task", status.task)
        .textIfAny("session", status.session)
        .number("unanswered", static_cast<std::int64_t>(status.unanswered))
        .number("queued_bytes", static_cast<std::int64_t>(status.queuedBytes))
        .number("file_bytes", static_cast<std::int64_t>(status.transfers))
        .take();
}

}  // namespace

std::string Agent::statusJson() const {
    const auto policy = _policy.settings();
    base::JsonObject out;
    out.text("version", AIP_AGENT_VERSION)
        .text("abi", abiVersion())
        .text("id", _settings.session.clientId)
        .number("pid", Poco::Process::id())
        .text("started", base::timestamp(_started))
        .flag("stopping", _stopping)
        .textIfAny("audit_file", _trail.place())
        .raw("audit", auditJson(_trail, _redaction))
        .textIfAny("log_file", _settings.log.file)
        .textIfAny("mcp_listen", _settings.mcpServer.listen)
        .flag("readonly", policy.readOnly)
        .number("limit_rules", static_cast<std::int64_t>(policy.rules.size()));
    if (const auto status = session()) {
        out.raw("server", json(*status, _redaction));
    }
    return out.take();
}

std::shared_ptr<const Settings> Agent::settings() const {
    return _known.with([](const auto& known) { return known.settings; });
}

/// None: its thread does not answer, or has ended because the agent stops.
std::optional<lifecycle::SessionStatus> Agent::session() const {
    return hasEnded() ? std::nullopt : _front->status(patience);
}

Findings Agent::connectionNow() const {
    Findings findings;
    const auto status = session();
    if (!status && hasEnded()) {
        return findings;
    }
    if (!status) {
        findings.add({Found::noProgress, "", "", "the thread of the session makes no progress"});
        return findings;
    }
    findings.add(connectionFindings(status->failure));
    findings.add(clockFindings(status->clockAhead));
    return findings;
}

std::string Agent::findingsJson() const {
    const auto [settings, read, disabled] = _known.with([](const auto& known) { return known; });
    Findings all = read;
    all.add(_checks.within(fileLimit,
                           [settings = settings, granted = _granted] { return checkMachine(*settings, granted); }));
    all.add(workingFindings(_plugins.entries(), *settings));
    all.add(disabledFindings(_plugins.entries(), disabled, *settings));
    all.add(offerFindings(_plugins, *settings));
    if (const auto lock = _lock.locked()) {
        all.add({Found::lockedDevice, "", "", "locked: " + lock->reason});
    }
    all.add(auditFindings(_trail));
    all.add(connectionNow());
    return base::JsonObject().raw("findings", json(all, _redaction)).take();
}

base::Result<void> Agent::ready() const {
    const auto status = session();
    if (!status) {
        return Error(Code::unavailable, hasEnded() ? "the agent is stopping" : "the session does not answer");
    }
    if (status->state != lifecycle::State::listening) {
        return Error(Code::unavailable, std::string(name(status->state)) +
                                            (status->lastError.empty() ? "" : ": " + _redaction(status->lastError)));
    }
    if (_lock.locked()) {
        return Error(Code::unavailable, code(Found::lockedDevice) + ": this device is locked by its operator");
    }
    if (const auto audit = _trail.state(); audit.full && audit.kind == audit::TrailState::Kind::failing) {
        return Error(Code::unavailable, code(Found::auditFails) + ": the audit has no room: calls are refused");
    }
    return {};
}

std::string Agent::troublesJson() const {
    return json(auditFindings(_trail), _redaction);
}

base::Result<void> Agent::healthy() const {
    std::string names;
    for (const auto& name : _loops.frozenAfter(patience)) {
        names += (names.empty() ? "" : ", ") + name;
    }
    return names.empty() ? base::Result<void>() : Error(Code::unavailable, "no progress: " + names);
}

std::string Agent::metrics(std::uint64_t operatorsRefused) const {
    static_cast<void>(_loops.frozen());  // asks them, for the next time
    AgentFigures figures{.version = AIP_AGENT_VERSION,
                         .abi = abiVersion(),
                         .started = _started,
                         .session = session(),
                         .plugins = _plugins.entries(),
                         .loops = _loops.ages(),
                         .pending = _dispatcher.pending(),
                         .locked = _lock.locked().has_value(),
                         .records = _trail.written(),
                         .audit = _trail.state(),
                         .operatorsRefused = operatorsRefused,
                         .usage = processUsage()};
    const auto counts = _connection.with([](const auto& now) { return now; });
    figures.attempts = counts.attempts();
    figures.registrations = counts.registrations();
    return _metrics.text(readingsOf(figures, _clock.now()));
}

control::ApiParts Agent::controlParts(control::Operator& agent) {
    return {agent, _dispatcher, _lock, _plugins, _clock, _settings.channel.maxMessageSize};
}

base::Result<void> Agent::wish(const std::string& id, PluginWish wish) {
    if (_stopping) {
        return Error(Code::unavailable, "the agent is stopping");
    }
    const auto entries = _plugins.entries();
    if (std::ranges::find(entries, id, &plugins::PluginEntry::id) == entries.end()) {
        return Error(Code::notFound, "there is no plugin '" + id + "'");
    }
    if (const auto leaving = _plugins.leaving(id); wish != PluginWish::disable && leaving >= mostLeaving) {
        return Error(Code::exhausted, std::to_string(leaving) + " former instances of plugin '" + id +
                                          "' have not ended, or have calls: try again when they have; what is wedged "
                                          "in the agent's own process ends with the agent");
    }
    if (_wishes.add(id, wish)) {
        carryOutWish(id);
    }
    return {};
}

void Agent::carryOutWish(const std::string& id) {
    try {
        onReloadThread([this, id] {
            if (const auto wish = _wishes.take(id)) {
                replaceForOperator(id, *wish);
            }
        });
    } catch (const std::bad_alloc&) {
        _wishes.take(id);
        throw;
    }
}

void Agent::replaceForOperator(const std::string& id, PluginWish wish) {
    if (_stopping || !_latest) {
        return;
    }
    if (wish == PluginWish::disable) {
        _disabled.insert(id);
    } else {
        _disabled.erase(id);
    }
    _known.with([this](auto& known) { known.disabled = _disabled; });
    auto plan = planFor(*_latest);
    if (wish == PluginWish::restart) {
        plan.discovery.restarted.insert(id);
    }
    if (const auto replaced = replacePlugins(std::move(plan), *_latest); !replaced) {
        base::log::error("plugin {}: what the operator wants has failed: {}", id, replaced.error().text());
    }
}

base::Result<void> Agent::revive(const std::string& id) {
    const auto entries = _plugins.entries();
    const auto entry = std::ranges::find(entries, id, &plugins::PluginEntry::id);
    if (entry == entries.end()) {
        return Error(Code::notFound, "there is no plugin '" + id + "'");
    }
    if (!entry->slot || !entry->slot->revive()) {
        return Error(Code::state, "the plugin is " + entry->state() + ": there is nothing to revive");
    }
    return {};
}

}  // namespace aip::app

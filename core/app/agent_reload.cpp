// Another configuration, and another set of plugins, while the agent runs.

#include "app/agent.h"
#include "app/platform.h"
#include "app/plugin_findings.h"
#include "app/plugin_setup.h"
#include "app/plugin_trust.h"
#include "app/profile_findings.h"
#include "app/state_directory.h"
#include "base/json_text.h"
#include "base/log.h"

#include <optional>
#include <string>
#include <utility>

namespace aip::app {
namespace {

base::Error stopping() {
    return {base::Code::unavailable, "the agent is stopping"};
}

}  // namespace

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
    return replaced ? ReloadLedger::Outcome({std::move(restart), refusedPlugins()}) : std::move(replaced).error();
}

std::vector<control::Reloaded::Refused> Agent::refusedPlugins() const {
    std::vector<control::Reloaded::Refused> refused;
    for (const auto& entry : _plugins.entries()) {
        if (isKeptOut(entry)) {
            refused.push_back({entry.id, entry.state(), _redaction(entry.reason())});
        }
    }
    return refused;
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

}  // namespace aip::app

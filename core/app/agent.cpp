#include "app/agent.h"

#include "app/own_files.h"
#include "app/platform.h"
#include "base/backoff.h"
#include "base/json_text.h"
#include "base/log.h"
#include "plugins/confinement_probe.h"
#include "plugins/line_limit.h"
#include "plugins/make_slot.h"
#include "transport/websocket_channel.h"

#include <aip/abi.h>
#include <aip/ext/device_info.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace aip::app {
namespace {

/// What a plugin may take to stop, all together.
constexpr std::chrono::seconds stopLimit{5};

std::string abiVersion() {
    return std::to_string(AIP_ABI_MAJOR) + "." + std::to_string(AIP_ABI_MINOR);
}

/// What plugins may know.
hosting::HostSettings hostSettings(const Settings& settings, plugins::Isolation isolation) {
    return {{AIP_HOST_AGENT_NAME, "aip-agent"},
            {AIP_HOST_AGENT_VERSION, AIP_AGENT_VERSION},
            {AIP_HOST_ABI_VERSION, abiVersion()},
            {AIP_HOST_CLIENT_ID, settings.session.clientId},
            {AIP_HOST_ISOLATION, std::string(name(isolation))},
            {AIP_HOST_MAX_RESULT_SIZE, std::to_string(settings.channel.maxMessageSize)},
            {AIP_HOST_CANCEL_GRACE_MS, std::to_string(settings.dispatcher.cancelGrace.count())},
            {AIP_HOST_OWN_FILES, ownFiles(settings)}};
}

/// Only the lines that are written count against the limit.
hosting::LogSink pluginLog(const std::string& id) {
    const auto levelOf = [](int level) {
        return static_cast<base::log::Level>(std::clamp(level, AIP_LOG_TRACE, AIP_LOG_ERROR));
    };
    const auto write = [id, levelOf](int level, std::string_view line) {
        base::log::line(levelOf(level), "plugin {}: {}", id, line);
    };
    return [levelOf, limited = plugins::limitedLog(write)](int level, std::string_view line) {
        if (base::log::enabled(levelOf(level))) {
            limited(level, line);
        }
    };
}

/// With what all plugins have of the agent.
plugins::SlotSettings completed(plugins::SlotSettings slot, const Settings& settings, bool hostView) {
    slot.process.confinement.hostView = hostView;
    slot.process.runner = installedRunner();
    slot.startTimeout = settings.pluginStartTimeout;
    slot.maxResultSize = settings.channel.maxMessageSize;
    slot.host = hostSettings(settings, slot.isolation);
    return slot;
}

/// Makes slots with what of `settings` does not change while the agent runs.
auto slotMaker(const Settings& settings, const std::shared_ptr<lifecycle::Outbox>& outbox) {
    std::optional<hosting::ArtifactPort> artifacts;
    if (outbox) {
        artifacts = {settings.session.transfer.maxFileSize,
                     [outbox](hosting::Artifact artifact) { return outbox->put(std::move(artifact)); }};
    }
    return [artifacts](admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings slot,
                       plugins::Retire retire = plugins::stopHere) {
        plugins::SlotWiring wiring{pluginLog(manifest.id), artifacts};
        return plugins::makeSlot(std::move(manifest), std::move(library), std::move(slot), std::move(wiring),
                                 std::move(retire));
    };
}

/// {"mode":"process","in_force":["pid_namespace"]}
std::string isolationJson(const plugins::PluginEntry& entry, link::Measures granted) {
    std::string measures;
    for (const auto measure : entry.measures(granted).names()) {
        measures += (measures.empty() ? "" : ",") + base::jsonString(measure);
    }
    return R"({"mode":)" + base::jsonString(name(entry.settings.isolation)) + R"(,"in_force":[)" + measures + "]}";
}

execution::PluginSetConfig configFor(const Settings& settings) {
    execution::PluginSetConfig config{settings.profiles, settings.discovery, settings.startedAtOnce};
    if (config.discovery.directories.empty()) {
        config.discovery.directories = {installedPlugins()};
    }
    config.discovery.slot = completed(settings.slot, settings, false);
    for (const auto& [id, slot] : settings.slots) {
        config.discovery.slots[id] = completed(slot, settings, false);
    }
    for (const auto& id : settings.hostView) {
        const auto own = settings.slots.find(id);
        config.discovery.slots[id] =
            completed(own == settings.slots.end() ? settings.slot : own->second, settings, true);
    }
    return config;
}

}  // namespace

plugins::PluginSet discoverPlugins(const Settings& settings) {
    return plugins::discoverPlugins(configFor(settings).discovery, {}, slotMaker(settings, nullptr));
}

Agent::Agent(const Settings& settings)
    : _settings(settings),
      _granted(plugins::probeConfinement(installedRunner(), settings.pluginStartTimeout)),
      _outbox(_settings.session.transfer.send ? std::make_shared<lifecycle::Outbox>() : nullptr),
      _plugins({_settings.session.drainTimeout, stopLimit}, _timers) {}

Agent::~Agent() {
    if (_thread.joinable()) {
        _session->stop();
        _session->stop();
        join();
    }
}

base::Result<std::unique_ptr<Agent>> Agent::create(const Settings& settings) {
    std::unique_ptr<Agent> agent(new Agent(settings));
    if (auto wired = agent->wire(); !wired) {
        return wired.error();
    }
    return agent;
}

base::Result<void> Agent::wire() {
    if (auto built = _plugins.replace(configFor(_settings), slotMaker(_settings, _outbox)); !built) {
        return built.error();
    }
    _channel = transport::makeWebSocketChannel(_settings.channel, _clock);
    _dispatcher =
        std::make_unique<execution::Dispatcher>(_plugins.router(), _policy, _timers, _clock, _settings.dispatcher);
    _deviceInfoWatchdog = std::make_unique<execution::CallWatchdog>(_timers, _settings.dispatcher.cancelGrace);
    _profile = std::make_unique<lifecycle::DeviceProfile>(
        lifecycle::DeviceProfileSettings{_settings.session.clientId, std::string(platformName()),
                                         _settings.customMetadata, _settings.deviceInfoTimeout},
        [this] { return _plugins.promising(AIP_EXT_DEVICE_INFO); }, *_deviceInfoWatchdog, _clock);
    _session = std::make_unique<lifecycle::Session>(
        _settings.session, lifecycle::SessionParts{*_channel, *_dispatcher, *_profile, _clock, base::systemRandom(),
                                                   [this] { return describe(); }, _outbox});
    return {};
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

void Agent::start(std::function<void()> ended) {
    _thread = std::thread([this, ended = std::move(ended)] {
        _end = _session->run();
        ended();
    });
}

void Agent::reload(const Settings& settings) {
    for (const auto& key : keysForARestart(_settings, settings)) {
        base::log::warn("reload: {} has changed; that needs a restart", key);
    }
    _reloads->run([this, merged = reloaded(_settings, settings)] { replacePlugins(merged); });
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

void Agent::replacePlugins(const Settings& settings) {
    if (auto replaced = _plugins.replace(configFor(settings), slotMaker(settings, _outbox)); replaced) {
        base::log::info("reload: done; plugins at work: {}", listWorking());
    } else {
        base::log::error("reload: the plugins stay as they are: {}", replaced.error().text());
    }
}

lifecycle::Session::End Agent::join() {
    _thread.join();
    _plugins.close();
    _reloads.reset();
    if (!_plugins.stopAll(stopLimit)) {
        base::log::warn("a plugin did not stop within {} s and is left behind", stopLimit.count());
    }
    return _end;
}

}  // namespace aip::app

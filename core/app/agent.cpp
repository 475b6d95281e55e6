#include "app/agent.h"

#include "app/platform.h"
#include "base/backoff.h"
#include "base/json_text.h"
#include "base/log.h"
#include "plugins/process_slot.h"
#include "transport/websocket_channel.h"

#include <aip/abi.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace aip::app {
namespace {

/// What a plugin may take to stop, all together.
constexpr std::chrono::seconds stopLimit{5};

std::string abiVersion() {
    return std::to_string(AIP_ABI_MAJOR) + "." + std::to_string(AIP_ABI_MINOR);
}

/// What plugins may know.
plugins::HostSettings hostSettings(const Settings& settings, plugins::Isolation isolation) {
    return {{AIP_HOST_AGENT_NAME, "aip-agent"},
            {AIP_HOST_AGENT_VERSION, AIP_AGENT_VERSION},
            {AIP_HOST_ABI_VERSION, abiVersion()},
            {AIP_HOST_CLIENT_ID, settings.session.clientId},
            {AIP_HOST_ISOLATION, std::string(name(isolation))},
            {AIP_HOST_MAX_RESULT_SIZE, std::to_string(settings.channel.maxMessageSize)},
            {AIP_HOST_CANCEL_GRACE_MS, std::to_string(settings.dispatcher.cancelGrace.count())}};
}

std::shared_ptr<plugins::Slot> makeSlot(const Settings& settings, const std::shared_ptr<lifecycle::Outbox>& outbox,
                                        plugins::Manifest manifest, plugins::Descriptor library, std::string config) {
    const auto own = settings.slots.find(manifest.id);
    plugins::SlotSettings slot = own == settings.slots.end() ? settings.slot : own->second;
    slot.process.runner = installedRunner();
    slot.configJson = std::move(config);
    slot.startTimeout = settings.pluginStartTimeout;
    slot.maxResultSize = settings.channel.maxMessageSize;
    slot.host = hostSettings(settings, slot.isolation);
    slot.log = [id = manifest.id](int level, std::string_view line) {
        const auto known = static_cast<base::log::Level>(std::clamp(level, AIP_LOG_TRACE, AIP_LOG_ERROR));
        base::log::line(known, "plugin {}: {}", id, line);
    };
    if (outbox) {
        slot.artifacts =
            plugins::ArtifactPort{settings.session.transfer.maxFileSize,
                                  [outbox](plugins::Artifact artifact) { return outbox->put(std::move(artifact)); }};
    }
    return plugins::makeSlot(std::move(manifest), std::move(library), std::move(slot));
}

std::vector<std::shared_ptr<plugins::Slot>> deviceInfoSlots(const plugins::Registry& registry) {
    std::vector<std::shared_ptr<plugins::Slot>> slots;
    const auto all = registry.slots();
    std::copy_if(all.begin(), all.end(), std::back_inserter(slots),
                 [](const auto& slot) { return slot->manifest().promises("aip.device-info/1"); });
    return slots;
}

}  // namespace

plugins::Registry discoverPlugins(const Settings& settings, const std::shared_ptr<lifecycle::Outbox>& outbox) {
    auto wanted = settings.registry;
    if (wanted.directories.empty()) {
        wanted.directories = {installedPlugins()};
    }
    plugins::Registry registry(
        wanted, [&settings, &outbox](plugins::Manifest manifest, plugins::Descriptor library, std::string config) {
            return makeSlot(settings, outbox, std::move(manifest), std::move(library), std::move(config));
        });
    registry.discover();
    return registry;
}

Agent::Agent(const Settings& settings)
    : _settings(settings),
      _outbox(_settings.session.transfer.send ? std::make_shared<lifecycle::Outbox>() : nullptr),
      _registry(discoverPlugins(_settings, _outbox)) {}

Agent::~Agent() {
    if (_thread.joinable()) {
        _session->stop();
        _session->stop();
        join();
    }
    _dispatcher.reset();  // its last answers still go to the session
}

base::Result<std::unique_ptr<Agent>> Agent::create(const Settings& settings) {
    std::unique_ptr<Agent> agent(new Agent(settings));
    if (auto wired = agent->wire(); !wired) {
        return wired.error();
    }
    return agent;
}

base::Result<void> Agent::wire() {
    auto tools = execution::ToolTable::build(_registry.slots());
    if (!tools) {
        return tools.error();
    }
    _router = std::make_unique<execution::Router>(_settings.profiles, *std::move(tools));
    _channel = transport::makeWebSocketChannel(_settings.channel, _clock);
    _dispatcher = std::make_unique<execution::Dispatcher>(
        *_router, _policy, _timers, _clock, _settings.dispatcher,
        [this](execution::FinishedBatch batch) { _session->finished(std::move(batch)); });
    _deviceInfoDeadlines = std::make_unique<execution::Deadlines>(_timers, _settings.dispatcher.cancelGrace);
    _profile = std::make_unique<lifecycle::DeviceProfile>(
        lifecycle::DeviceProfileSettings{_settings.session.clientId, std::string(platformName()),
                                         _settings.customMetadata, _settings.deviceInfoTimeout},
        deviceInfoSlots(_registry), *_deviceInfoDeadlines, _clock);
    _session = std::make_unique<lifecycle::Session>(
        _settings.session, lifecycle::SessionParts{*_channel, *_dispatcher, *_profile, _clock, base::systemRandom(),
                                                   [this] { return describe(); }, _outbox});
    return {};
}

/// Members for the metadata of the registration.
std::string Agent::describe() const {
    std::string out = R"("capabilities":[)";
    for (const auto& capability : _router->tools().capabilities()) {
        out += (out.back() == '[' ? "" : ",") + base::jsonString(capability);
    }
    out += R"(],"agent":{"name":"aip-agent","version":")" AIP_AGENT_VERSION R"(","abi":")" + abiVersion() +
           R"("},"plugins":[)";
    for (const auto& entry : _registry.entries()) {
        out += (out.back() == '[' ? "" : ",");
        out += R"({"id":)" + base::jsonString(entry.id) + R"(,"version":)" + base::jsonString(entry.version) +
               R"(,"state":)" + base::jsonString(entry.state()) + "}";
    }
    return out + "]";
}

void Agent::start(std::function<void()> ended) {
    for (const auto& entry : _registry.entries()) {
        if (entry.refusal) {
            base::log::warn("plugin {}: refused: {}", entry.id, entry.reason());
        } else if (entry.slot && _settings.startedAtOnce.contains(entry.id)) {
            if (auto started = entry.slot->start(); !started) {
                base::log::error("plugin {}: {}", entry.id, started.error().text());
            }
        }
    }
    _thread = std::thread([this, ended = std::move(ended)] {
        _end = _session->run();
        ended();
    });
}

lifecycle::Session::End Agent::join() {
    _thread.join();
    if (!_registry.stopAll(stopLimit)) {
        base::log::warn("a plugin did not stop within {} s and is left behind", stopLimit.count());
    }
    return _end;
}

}  // namespace aip::app

#include "app/plugin_setup.h"

#include "app/audit_trail.h"
#include "app/own_files.h"
#include "app/platform.h"
#include "app/plugin_folders.h"
#include "app/state_directory.h"
#include "base/log.h"
#include "plugins/discovery.h"
#include "plugins/limited_log.h"
#include "plugins/make_slot.h"

#include <aip/abi.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace aip::app {
namespace {

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
        base::log::lineWith(levelOf(level), {{"plugin", id}}, "plugin {}: {}", id, line);
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

}  // namespace

std::string abiVersion() {
    return std::to_string(AIP_ABI_MAJOR) + "." + std::to_string(AIP_ABI_MINOR);
}

execution::LeaseFactory slotMaker(const Settings& settings, const Redaction& redaction,
                                  const std::shared_ptr<lifecycle::Outbox>& outbox, audit::Trail& trail) {
    std::optional<hosting::ArtifactPort> artifacts;
    if (outbox) {
        artifacts = {settings.session.transfer.maxFileSize,
                     [outbox](hosting::Artifact artifact) { return outbox->put(std::move(artifact)); }};
    }
    return [artifacts, redaction, &trail](admission::Manifest manifest, base::Descriptor library,
                                          plugins::SlotSettings slot, plugins::Retire retire) {
        plugins::SlotWiring wiring{pluginLog(manifest.id), artifacts, redaction, failureAccount(trail, manifest.id)};
        return plugins::makeSlot(std::move(manifest), std::move(library), std::move(slot), std::move(wiring),
                                 std::move(retire));
    };
}

execution::PluginSetConfig pluginSetFor(const Settings& settings) {
    execution::PluginSetConfig config{settings.profiles, settings.discovery, settings.startedAtOnce};
    config.discovery.directories = pluginDirectories(settings);
    config.discovery.state = stateDirectory(settings);
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

plugins::PluginSet discoverPlugins(const Settings& settings) {
    const auto make = slotMaker(settings, Redaction(settings), nullptr, audit::noTrail());
    return plugins::discoverPlugins(
        pluginSetFor(settings).discovery, {},
        [make](admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings slot) {
            return make(std::move(manifest), std::move(library), std::move(slot), plugins::stopHere);
        });
}

}  // namespace aip::app

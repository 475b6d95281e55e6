// What the agent offers beyond its log: its extensions.
#pragma once

#include "../abi.h"
#include "../ext/host_settings.h"
#include "../ext/thread_check.h"
#include "log.hpp"
#include "read.hpp"
#include "text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip {

namespace detail {

/// The agent's table for an extension; null if it has none.
template <typename Table>
const Table* agentTable(std::string_view id) {
    const auto* agent = host.load();
    return agent ? static_cast<const Table*>(agent->get_extension(agent, borrow(id))) : nullptr;
}

}  // namespace detail

/// Any thread, from the constructor to the destructor of the plugin.
namespace agent {

/// What the agent says of itself: the value of an AIP_HOST_ key of ext/host_settings.h ("client_id"), valid as long as
/// the plugin. Nothing if this agent has no such key.
inline std::optional<std::string_view> setting(std::string_view key) {
    const auto* table = detail::agentTable<aip_host_settings>(AIP_EXT_HOST_SETTINGS);
    const aip_text value = table ? table->get(table, detail::borrow(key)) : aip_text{};
    return value.data ? std::optional(detail::view(value)) : std::nullopt;
}

/// The plugin's folder, to be read only (AIP_HOST_PLUGIN_DIR). Nothing if the agent does not say.
inline std::optional<std::string> pluginDir() {
    const auto path = setting(AIP_HOST_PLUGIN_DIR);
    return path ? std::optional<std::string>(*path) : std::nullopt;
}

/// The plugin's own folder for what it keeps, also over upgrades (AIP_HOST_STATE_DIR). Nothing if the agent has no
/// place for it.
inline std::optional<std::string> stateDir() {
    const auto path = setting(AIP_HOST_STATE_DIR);
    return path ? std::optional<std::string>(*path) : std::nullopt;
}

/// The files and folders that are the agent's own (AIP_HOST_OWN_FILES): a plugin must not hand out their content.
inline std::vector<std::string> ownFiles() {
    const auto paths = setting(AIP_HOST_OWN_FILES);
    return paths ? detail::readJson<std::vector<std::string>>(*paths) : std::vector<std::string>();
}

/// Is this thread inside the constructor, destructor, start() or stop() of the plugin? For an assert; true if the agent
/// cannot tell.
inline bool onControlThread() {
    const auto* table = detail::agentTable<aip_thread_check>(AIP_EXT_THREAD_CHECK);
    return !table || table->is_control_thread(table) != 0;
}

/// Is it inside a tool, called by the agent? For an assert; true if the agent cannot tell.
inline bool onWorkerThread() {
    const auto* table = detail::agentTable<aip_thread_check>(AIP_EXT_THREAD_CHECK);
    return !table || table->is_worker_thread(table) != 0;
}

}  // namespace agent
}  // namespace aip

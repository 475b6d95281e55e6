#pragma once

#include "app/setting_table.h"
#include "app/settings.h"
#include "base/setting_text.h"

#include <span>

/// The rows of the table of settings, by what they are about. The scope of a row is the type of what it writes to: see
/// Setter.
namespace aip::app::rows {

using Restart = FixedSettings;
using Reload = ReloadableSettings;
using Plugin = plugins::SlotSettings;
using T = const base::SettingText&;

/// The server and the way to it: [server], [client], [connection].
std::span<const SettingRow> connection();
/// Who else may ask, and what is done for all who do: [mcp_server], [control], [metrics], [service], [execution],
/// [transfer].
std::span<const SettingRow> doors();
/// [plugins], [limits].
std::span<const SettingRow> plugins();
/// What is kept: [state], [audit], [log].
std::span<const SettingRow> records();

}  // namespace aip::app::rows

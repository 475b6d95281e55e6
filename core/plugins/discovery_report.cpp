#include "plugins/discovery_report.h"

#include "base/log.h"

#include <algorithm>

namespace aip::plugins {
namespace {

void reportRefusal(const PluginEntry& entry) {
    if (entry.refusal && !entry.folder.empty()) {
        base::log::warn("plugin {}: refused: {}", entry.id, entry.reason());
    } else if (entry.update) {
        base::log::error("plugin {}: what is in {} is refused, version {} goes on: {}", entry.id, entry.folder.string(),
                         entry.version, entry.update->line());
    }
    for (const auto& line : entry.leftOut) {
        base::log::warn("plugin {}: a tool is left out: {}", entry.id, line);
    }
}

}  // namespace

void DiscoveryReport::examined(const PluginEntry& entry) {
    if (wasShortBefore(entry)) {
        return;
    }
    reportRefusal(entry);
    if (!entry.stateless.empty() && _stateless.insert(entry.stateless).second) {
        base::log::warn("plugin {}: has no folder for its state: {}", entry.id, entry.stateless);
    }
}

bool DiscoveryReport::wasShortBefore(const PluginEntry& entry) const {
    return entry.isShort() && std::ranges::any_of(_previous.entries(), [&](const PluginEntry& before) {
               return before.id == entry.id && before.folder == entry.folder && before.isShort();
           });
}

}  // namespace aip::plugins

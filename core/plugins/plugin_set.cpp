#include "plugins/plugin_set.h"

#include <algorithm>

namespace aip::plugins {

using std::chrono::milliseconds;

std::string PluginEntry::state() const {
    if (refusal) {
        return "refused";
    }
    return slot ? std::string(name(slot->state())) : "disabled";
}

std::string PluginEntry::reason() const {
    if (refusal) {
        return refusal->line();
    }
    std::string why = slot ? slot->reason() : std::string();
    return why.empty() && update ? update->line() : why;
}

link::Measures PluginEntry::measures(link::Measures granted) const {
    if (!slot || settings.isolation == Isolation::inProcess) {
        return {};
    }
    const auto inForce = slot->measures();
    return inForce.empty() ? granted.without(settings.process.confinement.renounced()) : inForce;
}

Slots PluginSet::slots() const {
    Slots found;
    for (const PluginEntry& entry : _entries) {
        if (entry.slot) {
            found.push_back(entry.slot);
        }
    }
    return found;
}

const PluginEntry* PluginSet::working(const std::string& id) const {
    const auto found =
        std::ranges::find_if(_entries, [&](const PluginEntry& entry) { return entry.id == id && entry.slot; });
    return found == _entries.end() || isBeyondUse(found->slot->state()) ? nullptr : &*found;
}

bool stopAll(const Slots& slots, milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    bool clean = true;
    for (const auto& slot : slots) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
        clean = slot->stop(std::max(left, milliseconds(1))) && clean;
    }
    return clean;
}

}  // namespace aip::plugins

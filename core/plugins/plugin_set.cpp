#include "plugins/plugin_set.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

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

bool PluginEntry::isShort() const {
    const auto& why = refusal ? refusal : update;
    return why && why->code == hosting::reason::shortage;
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

std::string PluginSet::shortage() const {
    std::string first = _unread;
    std::size_t others = 0;
    for (const PluginEntry& entry : _entries) {
        if (entry.isShort() && first.empty()) {
            first = entry.id + ": " + (entry.refusal ? entry.refusal : entry.update)->line();
        } else if (entry.isShort()) {
            ++others;
        }
    }
    return others == 0 ? first : first + ", and " + std::to_string(others) + " more";
}

bool stopAll(const Slots& slots, milliseconds limit) {
    std::atomic<bool> clean = true;
    std::vector<std::thread> threads;
    for (const auto& slot : slots) {
        const auto stop = [&clean, &slot, limit] {
            if (!slot->stop(std::max(limit, milliseconds(1)))) {
                clean = false;
            }
        };
        try {
            threads.emplace_back(stop);
        } catch (const std::exception&) {
            stop();
        }
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return clean;
}

}  // namespace aip::plugins

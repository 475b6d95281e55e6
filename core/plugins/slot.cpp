#include "plugins/slot.h"

#include "base/json_check.h"
#include "base/json_text.h"
#include "plugins/slot_settings.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

namespace aip::plugins {
namespace {

hosting::Outcome withCheckedJson(hosting::Outcome outcome) {
    outcome.json.reserve(outcome.json.size() + base::jsonPadding);
    if (auto json = base::checkJson(outcome.json, base::Padding::present); !json) {
        return hosting::Outcome::failure(base::Code::internal, "the plugin's result is " + json.error().text());
    }
    return outcome;
}

}  // namespace

bool isBeyondUse(SlotState state) {
    return state == SlotState::failed || state == SlotState::wedged || state == SlotState::quarantined ||
           state == SlotState::stopped;
}

std::string_view name(SlotState state) {
    switch (state) {
        case SlotState::idle:
            return "idle";
        case SlotState::starting:
            return "starting";
        case SlotState::running:
            return "running";
        case SlotState::restarting:
            return "restarting";
        case SlotState::failed:
            return "failed";
        case SlotState::wedged:
            return "wedged";
        case SlotState::quarantined:
            return "quarantined";
        case SlotState::stopped:
            return "stopped";
    }
    return "unknown";
}

hosting::Outcome refusal(const admission::Manifest& manifest, SlotState state, const std::string& reason) {
    return hosting::Outcome::failure(
        base::Code::unavailable,
        "plugin '" + manifest.id + "' is " + std::string(name(state)) + (reason.empty() ? "" : ": " + reason));
}

hosting::Refusal startRefusal(SlotState state, const hosting::Refusal& reason) {
    if (state == SlotState::stopped) {
        return {hosting::reason::startFailed, "it is stopped"};
    }
    return {reason.code.empty() ? hosting::reason::startFailed : reason.code, reason.text};
}

hosting::Outcome busy(const admission::Manifest& manifest, std::size_t waiting) {
    return hosting::Outcome::failure(
        base::Code::exhausted, "plugin '" + manifest.id + "' is busy: " + std::to_string(waiting) + " calls wait");
}

void endCalls(Slot& slot, const StoppedCalls& calls) {
    const auto why = hosting::Outcome::failure(base::Code::cancelled, "the plugin is stopped");
    for (const auto& call : calls.waiting) {
        call->finish(why);
    }
    for (const auto& call : calls.running) {
        call->cancel(why.code, why.error);
        slot.cancelled(*call);
    }
}

std::string loadOf(SlotState state, std::size_t places, const hosting::Calls& running, base::Clock::TimePoint now) {
    std::string text = std::to_string(running.size()) + " of " + std::to_string(places) + " busy";
    const auto begun = [now](const std::shared_ptr<hosting::Call>& call) { return call->begun().value_or(now); };
    if (const auto oldest = std::ranges::min_element(running, {}, begun); oldest != running.end()) {
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - begun(*oldest));
        text += "; the oldest: " + std::string((*oldest)->request().tool) + ", " + std::to_string(age.count()) + " s";
    }
    return state == SlotState::running ? text : text + "; the plugin is " + std::string(name(state));
}

std::string notStarted(const Slot& slot, const hosting::Refusal& why) {
    const SlotState state = slot.state();
    return refusal(slot.manifest(), state, state == SlotState::stopped ? "" : why.line()).error;
}

hosting::Outcome checked(hosting::Outcome outcome) {
    try {
        return outcome.ok() ? withCheckedJson(std::move(outcome)) : std::move(outcome);
    } catch (const std::bad_alloc&) {
        return hosting::Outcome::failure(base::Code::exhausted, "not enough memory for the plugin's result");
    }
}

}  // namespace aip::plugins

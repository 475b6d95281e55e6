#include "execution/silence_warnings.h"

#include "base/log.h"

#include <algorithm>
#include <utility>

namespace aip::execution {
namespace {

using std::chrono::milliseconds;

/// A call that waits longer for a place is worth a line.
constexpr milliseconds longestPatience{5'000};

double inSeconds(milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

void warnOfSilence(const hosting::Call& call, const plugins::Slot& slot, milliseconds silent) {
    const auto& request = call.request();
    base::log::warn(
        "call {}: '{}' of plugin {}, session {}: no sign of life for {:.3g} s; its time is over in {:.3g} s",
        request.id, request.tool, slot.manifest().id, request.caller.session.empty() ? "-" : request.caller.session,
        inSeconds(silent), inSeconds(call.remaining()));
}

}  // namespace

SilenceWarnings::TimePoint SilenceWarnings::firstLook(const hosting::Call& call) const {
    return _first == milliseconds(0) ? TimePoint::max() : call.lastSign() + patience();
}

/// For a place in the plugin.
milliseconds SilenceWarnings::patience() const {
    return std::min(_first, longestPatience);
}

SilenceWarnings::TimePoint SilenceWarnings::look(const hosting::Call& call, const plugins::Slot& slot,
                                                 SilenceSchedule& schedule, TimePoint now) const {
    if (!call.begun()) {
        warnOfWaiting(call, slot, now);
        return now + patience();
    }
    const auto lastSign = call.lastSign();
    if (const auto silent = schedule.due(now, lastSign)) {
        warnOfSilence(call, slot, *silent);
    }
    return schedule.next(lastSign);
}

void SilenceWarnings::warnOfWaiting(const hosting::Call& call, const plugins::Slot& slot, TimePoint now) const {
    const std::string& plugin = slot.manifest().id;
    const bool due = _told.with([&](auto& told) {
        const auto last = told.try_emplace(plugin).first;
        const bool again = last->second == TimePoint() || now - last->second >= _first;
        last->second = again ? now : last->second;
        return again;
    });
    if (due) {
        base::log::warn("plugin {}: calls wait for a place, one of them {}: {}", plugin, call.request().id,
                        slot.load(now));
    }
}

}  // namespace aip::execution

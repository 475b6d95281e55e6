#include "execution/silence_warnings.h"

#include "base/log.h"

#include <algorithm>
#include <utility>

namespace aip::execution {
namespace {

using std::chrono::milliseconds;

/// A call that waits longer for a place is worth a line.
constexpr milliseconds patience{5'000};

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

base::TimerQueue::Ticket SilenceWarnings::watch(const std::shared_ptr<hosting::Call>& call,
                                                const std::shared_ptr<plugins::Slot>& slot) const {
    if (_shared->first == milliseconds(0)) {
        return {};
    }
    return plan(_shared, {call, slot, SilenceSchedule(_shared->first)},
                std::chrono::steady_clock::now() + std::min(_shared->first, patience));
}

base::TimerQueue::Ticket SilenceWarnings::plan(const std::shared_ptr<Shared>& shared, Watched watched, TimePoint when) {
    return shared->timers.at(when, [shared, watched = std::move(watched)] { look(shared, watched); });
}

void SilenceWarnings::look(const std::shared_ptr<Shared>& shared, Watched watched) {
    const auto call = watched.call.lock();
    const auto slot = watched.slot.lock();
    if (!call || !slot || call->finished()) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!call->begun()) {
        warnOfWaiting(*shared, *call, *slot, now);
        plan(shared, std::move(watched), now + std::min(shared->first, patience));
        return;
    }
    const auto lastSign = call->lastSign();
    if (const auto silent = watched.schedule.due(now, lastSign)) {
        warnOfSilence(*call, *slot, *silent);
    }
    const auto next = watched.schedule.next(lastSign);
    plan(shared, std::move(watched), next);
}

void SilenceWarnings::warnOfWaiting(Shared& shared, const hosting::Call& call, const plugins::Slot& slot,
                                    TimePoint now) {
    const std::string& plugin = slot.manifest().id;
    const bool due = shared.told.with([&](auto& told) {
        const auto last = told.try_emplace(plugin).first;
        const bool again = last->second == TimePoint() || now - last->second >= shared.first;
        last->second = again ? now : last->second;
        return again;
    });
    if (due) {
        base::log::warn("plugin {}: calls wait for a place, one of them {}: {}", plugin, call.request().id,
                        slot.load(now));
    }
}

}  // namespace aip::execution

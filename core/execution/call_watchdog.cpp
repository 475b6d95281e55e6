#include "execution/call_watchdog.h"

#include "base/log.h"
#include "plugins/slot.h"

#include <new>
#include <utility>

namespace aip::execution {
namespace {

/// True: the slot answers it, or else a timer does. Without memory for that: false.
bool isBeingEnded(base::TimerQueue& timers, const std::shared_ptr<hosting::Call>& call, plugins::Slot& slot) {
    try {
        if (!slot.abandon(*call)) {
            return false;
        }
        timers.at(std::chrono::steady_clock::now() + plugins::Slot::longestEnd,
                  [call] { call->finish(call->cancelOutcome()); });
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

/// Whatever the slot says of its process, the call ends.
void abandonCall(base::TimerQueue& timers, const std::shared_ptr<hosting::Call>& call,
                 const std::weak_ptr<plugins::Slot>& where) {
    if (call->finished()) {
        return;
    }
    const auto slot = where.lock();
    if (slot) {
        base::log::warn("call {} of {}: did not return within its grace time", call->request().id, slot->manifest().id);
    }
    if (!slot || !isBeingEnded(timers, call, *slot)) {
        call->finish(call->cancelOutcome());
    }
}

}  // namespace

base::TimerQueue::Ticket CallWatchdog::watch(std::shared_ptr<hosting::Call> call,
                                             std::shared_ptr<plugins::Slot> slot) const {
    const auto deadline = call->request().deadline;
    return _timers.at(deadline, [watchdog = *this, call = std::move(call), slot = std::move(slot)] {
        watchdog.cancel(call, slot, base::Code::deadline, "the time given to the tool is over");
    });
}

void CallWatchdog::cancel(std::shared_ptr<hosting::Call> call, const std::shared_ptr<plugins::Slot>& slot,
                          base::Code reason, std::string text, std::optional<std::chrono::milliseconds> grace) const {
    call->cancel(reason, std::move(text));
    slot->cancelled(*call);
    if (!call->finished()) {
        // Weak: most calls end soon, and neither a replaced slot nor the message of a call that has ended must be kept
        // for the grace time. Whoever waits for the call holds it.
        _timers.at(std::chrono::steady_clock::now() + grace.value_or(_grace),
                   [&timers = _timers, weak = std::weak_ptr(call), slot = std::weak_ptr(slot)] {
                       if (const auto call = weak.lock()) {
                           abandonCall(timers, call, slot);
                       }
                   });
    }
}

}  // namespace aip::execution

#include "execution/call_watchdog.h"

#include "base/log.h"

#include <utility>

namespace aip::execution {
namespace {

void abandonCall(hosting::Call& call, const std::weak_ptr<plugins::Slot>& where) {
    const auto slot = where.lock();
    if (call.finish(call.cancelOutcome()) && slot) {
        base::log::warn("call {} of {}: did not return within its grace time", call.request().id, slot->manifest().id);
        slot->abandon(call);
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
        // Weak: most calls end soon, and a replaced slot must not be kept for the grace time.
        _timers.at(std::chrono::steady_clock::now() + grace.value_or(_grace),
                   [call = std::move(call), slot = std::weak_ptr(slot)] { abandonCall(*call, slot); });
    }
}

}  // namespace aip::execution

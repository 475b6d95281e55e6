// What is due at a time: the other half of ProcessPool.

#include "base/log.h"
#include "plugins/process_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace aip::plugins {

using std::chrono::milliseconds;

/// It is tried without waiting for a call: what it offers at run time is missing until then.
void ProcessPool::endQuarantineIfDue(TimePoint now) {
    if (_verdict == SlotState::quarantined && !_stopping && now >= _restarts.retryAt()) {
        base::log::info("plugin {}: its quarantine is over, it is tried now", _manifest.id);
        _verdict = SlotState::idle;
        _wanted = true;
    }
}

/// For a shortage, or because it has never been up.
bool ProcessPool::startsInVain() const {
    return _shortage.lasts() || (_limits.triesAgain && !_proven && !_reason.text.empty());
}

bool ProcessPool::hasWork() const {
    return std::ranges::any_of(_processes, [](const Process& each) {
        return each.stages.stage() == Stage::starting || each.places.busy() > 0;
    });
}

/// A start is under way, or what comes of it is not told yet.
bool ProcessPool::isTried() const {
    return any(Stage::starting) || any(Stage::ending);
}

/// One clock for all calls that wait: it starts with the first. While a process starts they wait for that, instead.
void ProcessPool::losePatience(Outcomes& outcomes, TimePoint now) {
    if (!startsInVain() || !accepts() || _queue.empty()) {
        _patienceEnd.reset();
        return;
    }
    _patienceEnd = _patienceEnd.value_or(now + shortagePatience);
    if (now >= *_patienceEnd && !isTried()) {
        _patienceEnd.reset();
        for (auto& call : _queue.drain()) {
            outcomes.emplace_back(std::move(call),
                                  refusal(_manifest, SlotState::restarting, _reason.line() + "; " + nextTry(now)));
        }
    }
}

ProcessPool::Turn ProcessPool::turn(TimePoint now) {
    Turn turn;
    endQuarantineIfDue(now);
    losePatience(turn.effects.outcomes, now);
    for (Process& process : _processes) {
        stopIfDue(process, now);
        terminateIfOverdue(process, now);
        for (auto order = process.stages.nextOrder(now); order != ProcessOrder::none;
             order = process.stages.nextOrder(now)) {
            turn.orders.push_back({process.id, order});
        }
    }
    for (const Order& each : turn.orders) {
        if (each.order == ProcessOrder::leaveBehind) {
            Effects effects = leaveBehind(each.process, now);
            turn.effects.changed = true;
            std::ranges::move(effects.outcomes, std::back_inserter(turn.effects.outcomes));
        }
    }
    turn.launch = wantsProcess() && now >= _restarts.retryAt();
    turn.deadline = turn.launch ? now : deadline(now);
    turn.busy = hasWork();
    turn.over = _stopping && _processes.empty();
    return turn;
}

void ProcessPool::stopIfDue(Process& process, TimePoint now) const {
    if (_stopping && process.idle()) {
        process.stages.stop(now, _stopLimit);
    } else if (_stopping && (process.stages.stage() == Stage::starting || now >= _stopLimit)) {
        process.stages.terminate(Cause::asked, {}, now);
    } else if (_queue.empty() && now >= idleLimit(process)) {
        base::log::debug("plugin {}: stopped, there was nothing to do", _manifest.id);
        process.stages.stop(now, now + _limits.stopTimeout);
    }
}

void ProcessPool::terminateIfOverdue(Process& process, TimePoint now) const {
    if (process.stages.terminateIfOverdue(now, _limits.startTimeout)) {
        base::log::warn("plugin {}: has not stopped within {} ms, its process is killed", _manifest.id,
                        process.stages.stopsFor(now).count());
        process.stages.terminate(Cause::asked, {}, now);
    }
}

ProcessPool::TimePoint ProcessPool::idleLimit(const Process& process) const {
    const bool counts = process.idle() && _limits.idleTimeout > milliseconds(0);
    return counts ? process.idleSince + _limits.idleTimeout : TimePoint::max();
}

ProcessPool::TimePoint ProcessPool::deadline(TimePoint now) const {
    const bool waits = wantsProcess() || (_verdict == SlotState::quarantined && !_stopping);
    const bool patience = _patienceEnd && !isTried();
    auto next = std::min(waits ? _restarts.retryAt() : TimePoint::max(), patience ? *_patienceEnd : TimePoint::max());
    for (const Process& process : _processes) {
        next = std::min(next, process.stages.limit());
        if (_stopping && !process.stages.terminated()) {
            next = std::min(next, process.idle() ? now : _stopLimit);
        } else {
            next = std::min(next, idleLimit(process));
        }
    }
    return next;
}

}  // namespace aip::plugins

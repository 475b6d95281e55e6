// What is due at a time: the other half of ProcessPool.

#include "base/log.h"
#include "plugins/process_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace aip::plugins {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds longestLeave{1'000};  ///< for a process to stop that may be at work

}  // namespace

/// Of those that serve calls or will: places without a call.
std::size_t ProcessPool::coming() const {
    std::size_t coming = 0;
    for (const Process& process : _processes) {
        const Stage stage = process.stages.stage();
        const bool mayServe = stage == Stage::starting || stage == Stage::ready;
        coming += mayServe ? process.freePlaces() : 0;
    }
    return coming;
}

bool ProcessPool::hasRoom() const {
    const auto counts = [this](const Process& each) {
        const Stage stage = each.stages.stage();
        return !_limits.perCall || stage == Stage::starting || stage == Stage::ready;
    };
    const auto alive = static_cast<std::size_t>(std::ranges::count_if(_processes, counts));
    return alive < _limits.processes && _processes.size() < 2 * _limits.processes;
}

/// One process for all calls, or one for each call without a process.
bool ProcessPool::wantsProcess() const {
    const std::size_t next = coming();
    return accepts() && hasRoom() && (next < _queue.size() || (_wanted && next == 0));
}

/// Those that are stopping count: what a plugin has for itself is free when the next one starts.
bool ProcessPool::wantsAhead() const {
    const bool expected = _limits.perCall && _limits.ahead && _served && _expecting && accepts();
    return expected && _queue.empty() && coming() == 0 && _processes.size() < _limits.processes;
}

/// When the next process is to be launched; max(): none. What is started ahead lets calls that have just been sent
/// finish first: their results would wait for the launch.
ProcessPool::TimePoint ProcessPool::launchAt(TimePoint now) {
    constexpr milliseconds shortCall{5};
    if (wantsProcess()) {
        return _restarts.retryAt();
    }
    if (!wantsAhead()) {
        _aheadAt.reset();
        return TimePoint::max();
    }
    _aheadAt = running().empty() ? now : _aheadAt.value_or(now + shortCall);
    return std::max(*_aheadAt, _restarts.retryAt());
}

ProcessPool::Effects ProcessPool::rest(TimePoint now) {
    Effects effects;
    if (!(_limits.ahead || _limits.outlivesCalls) || _stopping) {
        return effects;
    }
    _expecting = false;
    for (Process& process : _processes) {
        const bool unneeded = _queue.empty() && !_wanted && process.stages.stage() == Stage::starting;
        process.leaves = _limits.outlivesCalls && process.stages.stage() == Stage::ready;
        if (process.idle()) {
            process.stages.stop(now, now + std::min(_limits.stopTimeout, longestLeave));
        } else if (unneeded) {
            process.stages.terminate(Cause::asked, {}, now);
        }
        effects.wake = effects.wake || process.leaves || process.stages.stage() != Stage::ready;
    }
    return effects;
}

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

/// It has outlived SIGKILL.
ProcessPool::Effects ProcessPool::leaveBehind(ProcessId id, TimePoint now) {
    base::log::error("plugin {}: its process cannot be killed and is left behind", _manifest.id);
    _leftBehind = true;
    const auto verdict = find(id)->stages.outlived();
    return conclude(verdict, remove(id), now);
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
    const TimePoint launch = launchAt(now);
    turn.launch = now >= launch;
    turn.deadline = turn.launch ? now : deadline(now, launch);
    turn.busy = hasWork();
    turn.over = _stopping && _processes.empty();
    return turn;
}

void ProcessPool::stopIfDue(Process& process, TimePoint now) {
    if (_stopping && process.idle()) {
        process.stages.stop(now, _stopLimit);
    } else if (_stopping && (process.stages.stage() == Stage::starting || now >= _stopLimit)) {
        process.stages.terminate(Cause::asked, {}, now);
    } else if (process.leaves && process.idle()) {
        process.stages.stop(now, now + std::min(_limits.stopTimeout, longestLeave));
    } else if (_queue.empty() && now >= idleLimit(process)) {
        base::log::debug("plugin {}: stopped, there was nothing to do", _manifest.id);
        process.stages.stop(now, now + _limits.stopTimeout);
        _expecting = false;
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

ProcessPool::TimePoint ProcessPool::deadline(TimePoint now, TimePoint launch) const {
    const bool waits = _verdict == SlotState::quarantined && !_stopping;
    const bool patience = _patienceEnd && !isTried();
    auto next = std::min(waits ? _restarts.retryAt() : launch, patience ? *_patienceEnd : TimePoint::max());
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

#pragma once

#include "admission/manifest.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "hosting/call.h"
#include "hosting/refusal.h"
#include "plugins/call_queue.h"
#include "plugins/slot.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace aip::plugins {

/// The decisions of an InProcessSlot: the state of its plugin, which calls wait and run, and how many workers are
/// needed. Pure: it has no threads, locks, clock or plugin code. Not for concurrent use.
///
/// A plugin whose start fails is failed; if the system was short of something (reason::shortage) it is restarting: its
/// calls are refused, and the first call after a wait, which grows, starts it again.
class InProcessState {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// `manifest` must outlive it. `shortage`: the waits after a shortage.
    InProcessState(const admission::Manifest& manifest, std::size_t maxQueue, base::Backoff shortage)
        : _manifest(manifest), _queue(maxQueue), _shortage(std::move(shortage)) {}

    SlotState state() const { return _starting && _state == SlotState::idle ? SlotState::starting : _state; }
    const hosting::Refusal& reason() const { return _reason; }
    bool accepts() const { return !_stopping && (_state == SlotState::idle || _state == SlotState::running); }
    /// The answer to a call that push() has refused.
    hosting::Outcome refused() const;

    // The start of the plugin.

    bool starting() const { return _starting; }
    /// True: the caller is to start the plugin, then to call started() or failed(), then endStart(). False: nothing is
    /// to be done. Must not be starting.
    bool beginStart(TimePoint now);
    /// False if stop() was called meanwhile: the plugin is not needed any more.
    bool started();
    bool failed(const hosting::Refusal& why, TimePoint now);
    /// How long it is not tried after that; none: for good.
    std::optional<std::chrono::milliseconds> wait(TimePoint now) const;
    /// Forgets the wait. False if there is none.
    bool revive();
    /// The calls that will not be served, to be finished by the caller.
    Outcomes endStart();
    hosting::Check startResult() const;

    // Calls.

    bool nothingWaits() const { return _queue.empty(); }
    /// False if it is refused.
    bool push(const std::shared_ptr<hosting::Call>& call, TimePoint now);
    /// Removes it from the queue; null if it is not there.
    std::shared_ptr<hosting::Call> takeOut(const hosting::Call& call) { return _queue.takeOut(call); }
    std::string load(base::Clock::TimePoint now) const { return loadOf(state(), _manifest.concurrency, _running, now); }
    SlotFigures figures(TimePoint now) const;
    bool isRunning(const hosting::Call& call) const;
    void returned(const std::shared_ptr<hosting::Call>& call) { std::erase(_running, call); }
    /// The call has been answered. If it still runs, the plugin is wedged because of `why`: gives the calls to be
    /// finished by the caller. None: it leaves the queue, nothing else changes.
    std::optional<Outcomes> abandon(const hosting::Call& call, std::string why);

    // Workers.

    /// One more is needed for the calls that wait.
    bool wantsWorker() const { return _idle < _queue.size() && _workers - _ended < _manifest.concurrency; }
    bool hasWorkers() const { return _workers > _ended; }
    void workerMade() { ++_workers; }
    /// A worker waits, until wakesWorker(), for what nextCall() then gives it.
    void workerWaits() { ++_idle; }
    bool wakesWorker() const { return !_queue.empty() || !accepts(); }
    /// Null: the worker must end.
    std::shared_ptr<hosting::Call> nextCall();
    void workerEnded() { ++_ended; }

    // The end of the plugin.

    /// Accepts nothing from now on.
    /// None if it was stopped before.
    std::optional<StoppedCalls> stop();
    /// No thread is inside the plugin, and none will be.
    bool allGone() const { return !_starting && _ended == _workers; }
    /// The wait for allGone() is over: it is stopped. The calls that still run are to be finished by the caller.
    hosting::Calls stopped();
    bool leftBehind() const { return _leftBehind; }
    void destroyed(bool inTime) { _leftBehind = !inTime; }

  private:
    Outcomes refuseAll();
    void retryIfDue(TimePoint now);

    const admission::Manifest& _manifest;
    SlotState _state = SlotState::idle;
    hosting::Refusal _reason;
    bool _starting = false;
    bool _stopping = false;
    bool _leftBehind = false;
    CallQueue _queue;
    base::Backoff _shortage;
    TimePoint _retryAt{};
    hosting::Calls _running;
    std::size_t _workers = 0;  ///< made so far
    std::size_t _ended = 0;    ///< of these
    std::size_t _idle = 0;
};

}  // namespace aip::plugins

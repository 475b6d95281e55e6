#pragma once

#include "admission/manifest.h"
#include "base/clock.h"
#include "base/error.h"
#include "hosting/call.h"
#include "hosting/refusal.h"
#include "plugins/call_places.h"
#include "plugins/call_queue.h"
#include "plugins/process_stages.h"
#include "plugins/restart_policy.h"
#include "plugins/shortage_report.h"
#include "plugins/slot.h"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// Names a process of a pool. Never reused.
using ProcessId = std::uint64_t;

/// Decides which process of a plugin serves which call, when processes are started and stopped, and what a failure
/// means. Pure: it has no threads, locks, descriptors or clock. Events go in with the time; effects come out, which the
/// caller carries out with no lock held. Not for concurrent use.
///
/// It is a failure if a process ends by itself or has to be terminated. Its calls are answered INTERNAL; waiting calls
/// go to the next process, which is started after a growing delay. After too many failures the plugin is quarantined:
/// it accepts no calls until that is over and it is tried again. A plugin that has never been started successfully is
/// failed at once, unless the system was short of something: then it is tried again, and calls that wait longer than
/// `shortagePatience` meanwhile are answered UNAVAILABLE, unless a process is starting just then. The same goes for
/// what has never been started and is tried again all the same (`triesAgain`). Each change of state is a line in the
/// log that says when the next try is.
///
/// With `Limits::ahead`, once a call has been served, a process is started before the next call comes, which then only
/// has to be sent there. It is one of `processes`, so it waits until an earlier one has ended if need be. It is stopped
/// after `idleTimeout` without one, and started again after the next call. If it dies that is a failure like any other.
class ProcessPool {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// How long calls wait while the system is short of something, or what they are for cannot be started.
    static constexpr std::chrono::milliseconds shortagePatience{2'000};

    /// When a process ends that does not return a call that was abandoned. That is a failure.
    enum class Abandoned {
        endsNow,    ///< with its other calls
        endsLater,  ///< when its other calls are over; until then it gets no more
    };

    struct Limits {
        std::size_t processes = 1;  ///< at once; with `perCall` those that are stopping do not count
        std::size_t places = 1;     ///< calls that one process serves at once
        bool perCall = false;       ///< a process serves one call, then it is stopped
        bool ahead = false;         ///< with `perCall`: one is started before its call comes
        std::size_t queue = 1024;   ///< calls that wait
        std::chrono::milliseconds startTimeout{10'000};
        std::chrono::milliseconds stopTimeout{5'000};
        std::chrono::milliseconds idleTimeout{0};  ///< 0: never
        bool triesAgain = false;                   ///< a first start that fails is repeated, after growing waits
        Abandoned abandoned = Abandoned::endsNow;
        bool outlivesCalls = false;  ///< a process may go on with a call that is over
    };

    /// A call that has got a place in `process` and must be sent there.
    struct Delivery {
        ProcessId process = 0;
        Ticket ticket;
        std::shared_ptr<hosting::Call> call;
    };

    /// To be carried out by the caller, in this order.
    struct Effects {
        bool changed = false;  ///< the condition that start() waits for may be true now
        bool wake = false;     ///< turn() has something to do now
        std::optional<Delivery> delivery;
        Outcomes outcomes;
        std::string failure;  ///< a process has ended unasked or could not be started: why, printable
    };

    /// `manifest` must outlive the pool.
    ProcessPool(const admission::Manifest& manifest, const Limits& limits, RestartPolicy restarts)
        : _manifest(manifest), _limits(limits), _queue(limits.queue), _restarts(std::move(restarts)) {}

    SlotState state() const;
    /// Of the verdict, or of the latest failure; empty if there is none.
    const hosting::Refusal& reason() const { return _reason; }
    std::string load(TimePoint now) const {
        return loadOf(state(), _limits.processes * _limits.places, running(), now);
    }
    /// Without the ids of the processes.
    SlotFigures figures(TimePoint now) const;
    /// False if it is failed, quarantined or stopping.
    bool accepts() const { return !_stopping && _verdict == SlotState::idle; }

    // Calls.

    /// The call gets a place, is queued, or is answered; one that is cancelled already is answered.
    Effects invoke(std::shared_ptr<hosting::Call> call);
    /// No thread will call turn(), because of `why`: answers the waiting calls.
    Effects refuseAll(const hosting::Refusal& why);
    /// Says so in the log.
    void noThread(const hosting::Refusal& why, TimePoint now);
    /// Removes it from the queue; null if it is not there.
    std::shared_ptr<hosting::Call> takeOut(const hosting::Call& call) { return _queue.takeOut(call); }
    /// The process that serves it and its ticket; `call` is null if none does.
    Delivery find(const hosting::Call& call) const;
    std::shared_ptr<hosting::Call> find(ProcessId process, const Ticket& ticket) const;
    std::shared_ptr<hosting::Call> find(ProcessId process, std::string_view callId) const;
    /// Whether the process, if it is still there, has ever got a call with that ticket.
    bool mayAnswer(ProcessId process, const Ticket& ticket) const;
    /// Nobody waits for the call any more: removes it from the queue, or sees to the process that still serves it, as
    /// Limits::abandoned says.
    Effects abandon(const hosting::Call& call, TimePoint now);
    /// The process that serves it is being terminated; at its end the call is answered.
    bool ends(const hosting::Call& call) const { return terminated(find(call).process); }
    /// The delivery could not be sent: its call fails and its place becomes free.
    Effects undelivered(const Delivery& delivery, const base::Error& why, TimePoint now);
    /// No call is expected for now: what was started ahead is stopped, until after the next call, and what may go on
    /// with calls that are over.
    Effects rest(TimePoint now);

    struct Returned {
        std::shared_ptr<hosting::Call> call;
        Effects effects;
    };
    /// The process has sent the result of a call. `call` is null if no call has that ticket.
    Returned returned(ProcessId process, const Ticket& ticket, TimePoint now);
    /// The next call for a free place of the process. After started(), to be repeated until there is no delivery.
    Effects nextFor(ProcessId process);

    // Processes.

    /// A process has been launched: it is starting.
    ProcessId launched(TimePoint now);
    Effects launchFailed(const hosting::Refusal& why, TimePoint now);
    /// It reports its confinement. False if it may not now: then it is the plugin that speaks.
    bool reportConfinement(ProcessId process);
    /// It says where it has crashed. False if it may not now, as it has said so before.
    bool crashed(ProcessId process, const std::string& where);
    /// The plugin in it has started. None if it is not starting.
    std::optional<Effects> started(ProcessId process, TimePoint now);
    /// It cannot be started. False if it is not starting.
    bool refuse(ProcessId process, const hosting::Refusal& why, TimePoint now);
    /// It has broken a rule; `text` is a sentence for people.
    void terminate(ProcessId process, std::string text, TimePoint now);
    bool isStarting(ProcessId process) const;
    bool terminated(ProcessId process) const;
    /// Its link is closed.
    void lost(ProcessId process, TimePoint now);
    /// No effect if it is not in the pool: that was told before, but there was no memory for all that follows.
    Effects ended(ProcessId process, const ProcessEnd& end, TimePoint now);

    // Time.

    struct Order {
        ProcessId process = 0;
        ProcessOrder order = ProcessOrder::none;
    };
    struct Turn {
        std::vector<Order> orders;  ///< a process to be left behind has been removed from the pool
        Effects effects;
        bool launch = false;  ///< one more process is to be launched
        TimePoint deadline;   ///< of the next turn, unless something happens before
        bool busy = false;    ///< a process starts, or serves a call
        bool over = false;    ///< the pool is stopped and all processes have ended
    };
    /// Decides what is due at `now`.
    Turn turn(TimePoint now);

    // The life of the plugin.

    /// Asks for a start without a call; the next turn launches it. Returns the number of attempts that have ended so
    /// far; none if there is nothing to do, because it is ready or does not accept.
    std::optional<std::uint64_t> want();
    /// After want() has returned `attempts`: whether the outcome of that start is known.
    bool answersWant(std::uint64_t attempts) const { return ready() || !accepts() || _attempts != attempts; }
    /// Success if it is ready, otherwise why it is not.
    hosting::Check startResult() const;
    /// Gives a plugin that is failed, quarantined or restarting another chance at once. False if it is none of these.
    bool revive();

    /// Accepts nothing from now on. Each process stops when its calls are finished, and is terminated at `limit`.
    /// None if it has been stopped before.
    std::optional<StoppedCalls> stop(TimePoint limit);
    /// A process could not be killed.
    bool leftBehind() const { return _leftBehind; }

  private:
    using Stage = ProcessStages::Stage;
    using Cause = ProcessStages::Cause;

    struct Process {
        ProcessId id;
        ProcessStages stages;
        CallPlaces places;
        TimePoint idleSince{};
        bool leaves = false;  ///< it stops when its calls are over

        /// None while it works on a call that was abandoned.
        std::size_t freePlaces() const { return leaves || places.abandoned() > 0 ? 0 : places.size() - places.busy(); }
        bool hasFreePlace() const { return stages.stage() == Stage::ready && freePlaces() > 0; }
        bool idle() const { return stages.stage() == Stage::ready && places.busy() == 0; }
    };

    bool any(Stage stage) const;
    bool hasWork() const;
    bool ready() const { return any(Stage::ready); }
    hosting::Calls running() const;
    hosting::Outcome refused() const;
    hosting::Outcome unavailable() const;
    std::size_t coming() const;
    bool wantsProcess() const;
    bool hasRoom() const;
    bool wantsAhead() const;
    TimePoint launchAt(TimePoint now);
    Process* find(ProcessId process);
    const Process* find(ProcessId process) const;
    CallPlaces remove(ProcessId process);
    void endIfAbandoned(Process& process, TimePoint now) const;
    Effects nextFor(Process& process);
    void stopIfDue(Process& process, TimePoint now);
    void terminateIfOverdue(Process& process, TimePoint now) const;
    TimePoint idleLimit(const Process& process) const;
    TimePoint deadline(TimePoint now, TimePoint launch) const;
    Effects leaveBehind(ProcessId process, TimePoint now);
    Effects conclude(const ProcessStages::Verdict& verdict, const CallPlaces& inside, TimePoint now);
    void blame(const ProcessStages::Verdict& verdict, const hosting::Refusal& why, Effects& effects, TimePoint now);
    void close(SlotState verdict, hosting::Refusal reason, Outcomes& outcomes);
    void endQuarantineIfDue(TimePoint now);
    std::string nextTry(TimePoint now) const;
    void reportShortage(const hosting::Refusal& why, const std::string& next, TimePoint now);
    bool startsInVain() const;
    bool isTried() const;
    void losePatience(Outcomes& outcomes, TimePoint now);

    const admission::Manifest& _manifest;
    const Limits _limits;
    CallQueue _queue;
    std::list<Process> _processes;
    ProcessId _lastId = 0;
    RestartPolicy _restarts;
    SlotState _verdict = SlotState::idle;  ///< failed or quarantined; idle: neither
    hosting::Refusal _reason;
    ShortageReport _shortage;
    std::optional<TimePoint> _patienceEnd;  ///< of the calls that wait for a start that has failed
    bool _proven = false;                   ///< has been started once
    bool _wanted = false;
    bool _served = false;               ///< calls, and the latest process that has ended has not died with one
    bool _expecting = false;            ///< more calls
    std::optional<TimePoint> _aheadAt;  ///< when one may be launched ahead while calls run
    std::uint64_t _attempts = 0;
    bool _stopping = false;
    TimePoint _stopLimit = TimePoint::max();
    bool _leftBehind = false;
};

}  // namespace aip::plugins

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

/// Names a process of a pool; never used twice.
using ProcessId = std::uint64_t;

/// Decides which process of a plugin serves which call, when processes are started and stopped, and what a failure
/// means. Pure: it has no threads, locks, descriptors or clock. What happened goes in with the time; what is to be done
/// comes out, and the caller does it. Not for concurrent use.
///
/// A process that ends by itself or has to be terminated is a failure: its calls are answered INTERNAL, those that wait
/// go to the next process, which is started after a wait that grows. Too many failures and the plugin is quarantined.
/// A plugin that was never started successfully is failed at once.
class ProcessPool {
  public:
    using TimePoint = base::Clock::TimePoint;

    struct Limits {
        std::size_t processes = 1;  ///< at once; those that stop or end do not count if `perCall`
        std::size_t places = 1;     ///< calls that one process serves at once
        bool perCall = false;       ///< a process serves one call, then it is stopped
        std::size_t queue = 1024;   ///< calls that wait
        std::chrono::milliseconds startTimeout{10'000};
        std::chrono::milliseconds stopTimeout{5'000};
        std::chrono::milliseconds idleTimeout{0};  ///< 0: never
    };

    /// A call that has its place and is to be sent there.
    struct Delivery {
        ProcessId process = 0;
        Ticket ticket;
        std::shared_ptr<hosting::Call> call;
    };

    /// To be done by the caller, in this order.
    struct Effects {
        bool changed = false;  ///< what start() waits for may have come true
        bool wake = false;     ///< turn() has something to do now
        std::optional<Delivery> delivery;
        Outcomes outcomes;
    };

    /// `manifest` must outlive the pool.
    ProcessPool(const admission::Manifest& manifest, const Limits& limits, RestartPolicy restarts)
        : _manifest(manifest), _limits(limits), _queue(limits.queue), _restarts(std::move(restarts)) {}

    SlotState state() const;
    /// Of the verdict, or of the latest failure; empty if there is none.
    const hosting::Refusal& reason() const { return _reason; }
    /// Takes calls: neither failed, nor quarantined, nor stopping.
    bool accepts() const { return !_stopping && _verdict == SlotState::idle; }

    // Calls.

    /// The call gets a place, is queued, or is answered.
    Effects invoke(std::shared_ptr<hosting::Call> call);
    /// There is no thread that could call turn(): answers what waits.
    Effects refuseAll();
    /// Takes it out of the queue; null if it is not there.
    std::shared_ptr<hosting::Call> takeOut(const hosting::Call& call) { return _queue.takeOut(call); }
    /// The process that serves it and its ticket; `call` is null if none does.
    Delivery find(const hosting::Call& call) const;
    std::shared_ptr<hosting::Call> find(ProcessId process, const Ticket& ticket) const;
    std::shared_ptr<hosting::Call> find(ProcessId process, std::string_view callId) const;
    /// The call has been answered: it leaves the queue, or the process that still serves it is terminated.
    Effects abandon(const hosting::Call& call, TimePoint now);
    /// The delivery could not be sent: its call fails, its place is free.
    Effects undelivered(const Delivery& delivery, const base::Error& why, TimePoint now);

    struct Returned {
        std::shared_ptr<hosting::Call> call;
        Effects effects;
    };
    /// The process has sent the result of a call. `call` is null if nobody has that ticket (any more).
    Returned returned(ProcessId process, const Ticket& ticket, TimePoint now);
    /// Another call for a free place of the process. To be repeated after started(), until there is no delivery.
    Effects nextFor(ProcessId process);

    // Processes.

    /// A process has been launched: it is starting.
    ProcessId launched(TimePoint now);
    Effects launchFailed(const hosting::Refusal& why, TimePoint now);
    /// The plugin in it has started. None if it is not starting.
    std::optional<Effects> started(ProcessId process, TimePoint now);
    /// It cannot be started. False if it is not starting.
    bool refuse(ProcessId process, const hosting::Refusal& why, TimePoint now);
    /// It does not do as it should; `text` is a sentence for people.
    void terminate(ProcessId process, std::string text, TimePoint now);
    bool terminated(ProcessId process) const;
    /// Its link is closed.
    void lost(ProcessId process, TimePoint now);
    /// The process must be in the pool.
    Effects ended(ProcessId process, const ProcessEnd& end, TimePoint now);

    // Time.

    struct Order {
        ProcessId process = 0;
        ProcessOrder order = ProcessOrder::none;
    };
    struct Turn {
        std::vector<Order> orders;  ///< one that is left behind is not in the pool any more
        Effects effects;
        bool launch = false;  ///< one more process is to be launched
        TimePoint deadline;   ///< of the next turn, if nothing happens before
        bool over = false;    ///< the pool is stopped and all processes have ended
    };
    /// What is due now.
    Turn turn(TimePoint now);

    // The life of the plugin.

    /// It is to be started without a call: the next turn sees to it. Returns how many attempts to start it have ended
    /// before; none if nothing is to be done: it is ready, or does not accept.
    std::optional<std::uint64_t> want();
    /// After want() has returned `attempts`: it is known whether that has succeeded.
    bool answersWant(std::uint64_t attempts) const { return ready() || !accepts() || _attempts != attempts; }
    /// Success if it is ready, otherwise why it is not.
    hosting::Check startResult() const;
    /// Gives a failed or quarantined plugin another chance. False if it is neither.
    bool revive();

    /// From now on nothing is accepted; each process stops when its calls are over, and is terminated at `limit`.
    struct Stopping {
        hosting::Calls waiting;  ///< to be finished by the caller
        hosting::Calls running;  ///< to be cancelled by the caller
    };
    /// None if it was stopped before.
    std::optional<Stopping> stop(TimePoint limit);
    /// A process could not be ended.
    bool leftBehind() const { return _leftBehind; }

  private:
    using Stage = ProcessStages::Stage;
    using Cause = ProcessStages::Cause;

    struct Process {
        ProcessId id;
        ProcessStages stages;
        CallPlaces places;
        TimePoint idleSince{};

        bool hasFreePlace() const { return stages.stage() == Stage::ready && places.busy() < places.size(); }
        bool idle() const { return stages.stage() == Stage::ready && places.busy() == 0; }
    };

    bool any(Stage stage) const;
    bool ready() const { return any(Stage::ready); }
    hosting::Outcome refused() const;
    hosting::Outcome unavailable() const;
    bool wantsProcess() const;
    Process* find(ProcessId process);
    const Process* find(ProcessId process) const;
    hosting::Calls remove(ProcessId process);
    Effects nextFor(Process& process);
    void stopIfDue(Process& process, TimePoint now) const;
    void terminateIfOverdue(Process& process, TimePoint now) const;
    TimePoint idleLimit(const Process& process) const;
    TimePoint deadline(TimePoint now) const;
    Effects leaveBehind(ProcessId process, TimePoint now);
    Effects conclude(const ProcessStages::Verdict& verdict, const hosting::Calls& inside, TimePoint now);
    void blame(const ProcessStages::Verdict& verdict, const hosting::Refusal& why, Outcomes& outcomes, TimePoint now);
    void close(SlotState verdict, hosting::Refusal reason, Outcomes& outcomes);

    const admission::Manifest& _manifest;
    const Limits _limits;
    CallQueue _queue;
    std::list<Process> _processes;
    ProcessId _lastId = 0;
    RestartPolicy _restarts;
    SlotState _verdict = SlotState::idle;  ///< failed or quarantined; idle: neither
    hosting::Refusal _reason;
    bool _proven = false;  ///< has been started once
    bool _wanted = false;
    std::uint64_t _attempts = 0;
    bool _stopping = false;
    TimePoint _stopLimit = TimePoint::max();
    bool _leftBehind = false;
};

}  // namespace aip::plugins

#pragma once

#include "base/thread_pool.h"
#include "execution/heap_rest.h"
#include "execution/invocation.h"
#include "execution/places.h"
#include "execution/running_calls.h"
#include "execution/running_tasks.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace aip::execution {

struct DispatcherSettings {
    std::chrono::milliseconds toolTimeout{300'000};    ///< for a tool whose manifest sets none
    std::chrono::milliseconds cancelGrace{5'000};      ///< from cancelling a call to answering it without the plugin
    std::chrono::milliseconds silenceWarning{30'000};  ///< without a sign of life of a call; 0: never
    std::size_t workers = 4;                           ///< threads that check large parameters
    std::size_t maxPlaces = 1'000;                     ///< what all doors together have taken and not yet answered
};

/// What all front doors share: router, policy, call watchdog, audit, worker threads and places. Any thread, no locks of
/// its own. Lifetime: outlives its doors; everything passed to the constructor outlives it. The destructor waits for
/// the workers.
class Dispatcher {
  public:
    /// Parameters up to this size are checked on a door's own thread, which is cheaper than waking a worker. Larger
    /// ones would delay what else that thread does: heartbeats.
    static constexpr std::size_t inlineSize = 64U << 10U;

    Dispatcher(const LiveRouter& router, Policy& policy, RunningCalls& calls, base::TimerQueue& timers,
               const base::Clock& clock, DispatcherSettings settings, audit::Trail& trail = audit::noTrail(),
               CallMeters& meters = noMeters());

    /// An invocation to be started: by start(), or by its owner on a thread that may check its parameters. It is in
    /// flight from now on.
    std::shared_ptr<Invocation> prepare(Invocation::Request request, Invocation::Done done) const {
        auto invocation = std::make_shared<Invocation>(std::move(request), _context, std::move(done));
        invocation->enter(_calls);
        return invocation;
    }

    /// For the invocations of a batch, one of which is under way at a time: Invocation::Request::timer.
    std::shared_ptr<CallTimer> timerOfBatch() const { return _context.makeTimer(); }

    /// Starts it: on this thread if its parameters are small and there is room for its record, else on a worker.
    void start(const std::shared_ptr<Invocation>& invocation);

    /// Runs the job on a worker; without memory for that, on this thread.
    template <typename Job>
    void runOnWorker(const Job& job) {
        try {
            _pool.run(job);
        } catch (const std::bad_alloc&) {
            job();  // here, rather than never
        }
    }

    /// The tools as they are now.
    const LiveRouter& router() const { return _context.router; }

    /// For a door that takes a call: none before the plugins are admitted and after close(), both UNAVAILABLE, or if
    /// all places are taken, EXHAUSTED. Any thread.
    base::Result<Places::Place> takePlace();
    /// From now on nothing gets a place by takePlace(): no door takes new calls. What has one goes on.
    void close() { _closed = true; }

    Places& places() { return _places; }
    /// Of these, what all clients beside the server may have: half, so that they cannot shut it out. They take a place
    /// of both.
    Places& clientPlaces() { return _clientPlaces; }

    /// For a call that is cancelled: until it is answered, whatever its plugin does.
    std::chrono::milliseconds cancelGrace() const { return _cancelGrace; }

    /// What all doors have not yet answered.
    std::size_t pending() const { return _places.taken(); }

    /// Why a call of this tool would be refused now by the operator's rules. Any thread.
    base::Result<void> wouldAdmit(const Tool& tool) const { return _context.policy.wouldAdmit(tool); }

    /// The account of what happens, for those who know of something.
    audit::Trail& trail() const { return _context.trail; }

    /// The calls of these tasks' sessions belong to them.
    RunningTasks& tasks() { return _tasks; }

    /// What all doors have in flight.
    RunningCalls& calls() { return _calls; }

    /// What other doors than the server's take and answer.
    HeapRest& heap() { return _heap; }

  private:
    HeapRest _heap;
    const std::chrono::milliseconds _cancelGrace;
    RunningCalls& _calls;
    CallWatchdog _watchdog;
    RunningTasks _tasks;
    const ExecutionContext _context;
    Places _places;
    Places _clientPlaces;
    std::atomic<bool> _closed{false};
    base::ThreadPool _pool;  ///< last member: its jobs use the others
};

}  // namespace aip::execution

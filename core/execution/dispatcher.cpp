#include "execution/dispatcher.h"

namespace aip::execution {

Dispatcher::Dispatcher(const LiveRouter& router, Policy& policy, RunningCalls& calls, base::TimerQueue& timers,
                       const base::Clock& clock, DispatcherSettings settings, audit::Trail& trail, CallMeters& meters)
    : _heap(timers),
      _cancelGrace(settings.cancelGrace),
      _calls(calls),
      _watchdog(timers, settings.cancelGrace),
      _context{router,
               policy,
               _watchdog,
               std::make_shared<const SilenceWarnings>(settings.silenceWarning),
               timers,
               clock,
               settings.toolTimeout,
               trail,
               meters},
      _places(settings.maxPlaces),
      _clientPlaces((settings.maxPlaces + 1) / 2),
      _pool(settings.workers) {}

base::Result<Places::Place> Dispatcher::takePlace() {
    if (_closed) {
        return base::Error(base::Code::unavailable, "the agent is stopping: it takes no new calls");
    }
    if (!router().current()) {
        return base::Error(base::Code::unavailable, "the agent is starting: its plugins are not admitted yet");
    }
    auto place = _places.take();
    return place ? base::Result<Places::Place>(*std::move(place))
                 : base::Error(base::Code::exhausted, "too many calls wait for their answers");
}

void Dispatcher::start(const std::shared_ptr<Invocation>& invocation) {
    if (invocation->request().parameters.size() <= inlineSize && !trail().isCrowded()) {
        invocation->start();
        return;
    }
    runOnWorker([invocation, &trail = trail()] {
        trail.awaitRoom();
        invocation->start();
    });
}

}  // namespace aip::execution

#include "execution/dispatcher.h"

namespace aip::execution {

Dispatcher::Dispatcher(const LiveRouter& router, Policy& policy, RunningCalls& calls, base::TimerQueue& timers,
                       const base::Clock& clock, DispatcherSettings settings, audit::Trail& trail, CallMeters& meters)
    : _cancelGrace(settings.cancelGrace),
      _calls(calls),
      _watchdog(timers, settings.cancelGrace),
      _silence(timers, settings.silenceWarning),
      _context{router, policy, _watchdog, _silence, clock, settings.toolTimeout, trail, meters},
      _places(settings.maxPlaces),
      _clientPlaces((settings.maxPlaces + 1) / 2),
      _pool(settings.workers) {}

void Dispatcher::start(const std::shared_ptr<Invocation>& invocation) {
    if (invocation->request().parameters.size() <= inlineSize) {
        invocation->start();
    } else {
        runOnWorker([invocation] { invocation->start(); });
    }
}

}  // namespace aip::execution

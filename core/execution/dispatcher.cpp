#include "execution/dispatcher.h"

#include <new>

namespace aip::execution {
namespace {

/// A COMMAND up to this size is checked and started on the submitting thread, which is cheaper than waking a worker. A
/// larger one would delay the heartbeats of that thread, and so would many actions that no plugin executes.
constexpr std::size_t inlineSize = 64U << 10U;
constexpr std::size_t inlineActions = 16;

bool isSmall(const protocol::ServerMessage& command) {
    return command.text.size() <= inlineSize && command.actions.size() <= inlineActions;
}

}  // namespace

Dispatcher::Dispatcher(const LiveRouter& router, const Policy& policy, base::TimerQueue& timers,
                       const base::Clock& clock, DispatcherSettings settings)
    : _settings(settings),
      _watchdog(timers, settings.cancelGrace),
      _silence(timers, settings.silenceWarning),
      _context{router, policy, _watchdog, _silence, clock, settings.toolTimeout, settings.maxMessageSize,
               _tasks, _pool},
      _pool(settings.workers) {}

bool Dispatcher::reservePlace() {
    std::size_t taken = _pending;
    while (taken < _settings.maxBatches) {
        if (_pending.compare_exchange_weak(taken, taken + 1)) {
            return true;
        }
    }
    return false;
}

void Dispatcher::start(const std::shared_ptr<Batch>& batch) {
    if (isSmall(batch->command())) {
        batch->start();
    } else {
        startLater(batch);
    }
}

void Dispatcher::startLater(const std::shared_ptr<Batch>& batch) {
    try {
        _pool.run([batch] { batch->start(); });
    } catch (const std::bad_alloc&) {
        batch->start();  // here, rather than never
    }
}

}  // namespace aip::execution

#pragma once

#include "app/event_queue.h"

#include <chrono>

namespace aip::app {

/// So long after the second SIGTERM, SIGINT or SIGQUIT the process ends with exitInterrupted, whatever its threads do.
constexpr std::chrono::seconds forcedStopAfter{5};

/// Keeps the signals that the signal thread takes from doing anything before it is there, and SIGPIPE, SIGXFSZ and
/// SIGUSR2 for good. First thing in main(), before any thread. A program that is executed later gets the defaults of
/// these three.
void blockSignals();

/// Gives the blocked signals back their default meaning: for a run that ends by itself.
void unblockSignals();

/// The one thread that takes signals, until the process ends. It does nothing that could block: it posts events, and
/// after the second signal to stop it is the watchdog.
class SignalThread {
  public:
    /// Makes the thread. After the daemon's fork. `events` must never be destroyed. Throws std::system_error.
    static void start(EventQueue& events);

    /// From now on the events are handled. Before that nothing has begun that would have to be stopped, and a signal to
    /// stop ends the process with exitOk; the others wait.
    static void attend();
};

}  // namespace aip::app

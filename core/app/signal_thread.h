#pragma once

#include "app/event_queue.h"

#include <chrono>
#include <string>

namespace aip::app {

/// So long after the second signal to stop the process ends with exitInterrupted, whatever its threads do.
constexpr std::chrono::seconds forcedStopAfter{5};

/// Keeps every signal that would end the process from doing so, for good: those that the signal thread takes are
/// blocked until it is there; SIGPIPE and SIGXFSZ, which our own writes cause, do nothing. What is left has its default
/// meaning: faults (SIGSEGV, SIGABRT, ...), SIGKILL, job control, and children that end. What the process has inherited
/// of a blocked or ignored signal is undone. First thing in main(), before any thread. A program that is executed later
/// gets the defaults of what does nothing here.
void blockSignals();

/// "SIGTERM", "SIGRTMIN+3"; several are joined by commas.
std::string names(const Signals& signals);

/// The one thread that takes signals, until the process ends. It does nothing that could block: it posts events, and
/// after the second signal to stop it is the watchdog. Signals that mean nothing are posted, too, so that the log names
/// them.
///
/// Whichever function makes it: once, after the daemon's fork. Throws std::system_error.
class SignalThread {
  public:
    /// For an agent that runs. `events` must never be destroyed.
    static void start(EventQueue& events);

    /// From now on the events are handled. Before that nothing has begun that would have to be stopped, and a signal to
    /// stop ends the process with exitOk and a line on standard error; the others wait.
    static void attend();

    /// For a process that ends by itself: whatever signal comes ends it with exitInterrupted and a line on standard
    /// error, whatever its other threads do.
    static void startEnding();
};

}  // namespace aip::app

#include "app/exit_code.h"
#include "app/network_watch.h"
#include "app/signal_thread.h"

#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace aip::app {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGIO}) {
        sigaddset(&set, signal);
    }
    return set;
}

/// Not SIG_IGN, which a program inherits that a plugin in the agent starts.
void takeNoNotice(int signal) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

/// A signal; negative if there is none yet.
int take(const sigset_t& set, const std::optional<TimePoint>& limit) {
    if (!limit) {
        return ::sigwaitinfo(&set, nullptr);
    }
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(*limit - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
        ::_exit(exitInterrupted);
    }
    constexpr auto second = std::nano::den;
    const timespec wait{left.count() / second, left.count() % second};
    return ::sigtimedwait(&set, nullptr, &wait);
}

std::atomic<bool> attended{false};

class Taker {
  public:
    explicit Taker(EventQueue& events) : _events(events) {}

    [[noreturn]] void run() {
        for (const sigset_t set = handledSignals();;) {
            if (const int signal = take(set, _limit); signal > 0) {
                handle(signal);
            }
        }
    }

  private:
    void handle(int signal) {
        switch (signal) {
            case SIGHUP:
                return _events.post(Event::hangUp);
            case SIGUSR1:
                return _events.post(Event::reopenLog);
            case SIGIO:
                return addressArrived() ? _events.post(Event::networkUp) : void();
            default:
                return stop();
        }
    }

    /// The watchdog is armed first: post() could wait for a thread that hangs.
    void stop() {
        if (!attended) {
            ::_exit(exitOk);
        }
        if (_stopping && !_limit) {
            _limit = std::chrono::steady_clock::now() + forcedStopAfter;
        }
        _events.post(_stopping ? Event::stopNow : Event::stop);
        _stopping = true;
    }

    EventQueue& _events;
    bool _stopping = false;
    std::optional<TimePoint> _limit;
};

}  // namespace

void blockSignals() {
    const sigset_t set = handledSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (const int signal : {SIGPIPE, SIGXFSZ, SIGUSR2}) {
        takeNoNotice(signal);
    }
    ::signal(SIGCHLD, SIG_DFL);  // whoever starts us may ignore it, and then no end of a child is told
}

void unblockSignals() {
    const sigset_t set = handledSignals();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalThread::start(EventQueue& events) {
    std::thread([&events] { Taker(events).run(); }).detach();
}

void SignalThread::attend() {
    attended = true;
}

}  // namespace aip::app

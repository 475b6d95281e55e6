#include "app/exit_code.h"
#include "app/network_watch.h"
#include "app/signal_thread.h"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <optional>
#include <thread>

#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace aip::app {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

/// All but faults, which must end the process where they happen, what our own writes cause, and what ends no process.
sigset_t handledSignals() {
    sigset_t set;
    sigfillset(&set);
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGXFSZ, SIGCHLD, SIGCONT, SIGTSTP,
                             SIGTTIN, SIGTTOU, SIGURG, SIGWINCH}) {
        sigdelset(&set, signal);
    }
    return set;
}

/// One that the C library keeps for itself and, until it uses it, leaves to its default: the end of the process. The
/// library's own functions refuse to touch it, and new threads do not block it.
void ignoreReserved() {
    constexpr int reserved = 32;
    const struct {  // as the kernel has it
        void (*handler)(int) = SIG_IGN;
        unsigned long flags = 0;
        void (*restorer)() = nullptr;
        std::uint64_t mask = 0;
    } ignored;
    ::syscall(SYS_rt_sigaction, reserved, &ignored, nullptr, sizeof ignored.mask);
}

void handleBy(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

/// A signal; negative if there is none yet. `info` says who has sent it.
int take(const sigset_t& set, const std::optional<TimePoint>& limit, siginfo_t& info) {
    if (!limit) {
        return ::sigwaitinfo(&set, &info);
    }
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(*limit - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
        ::_exit(exitInterrupted);
    }
    constexpr auto second = std::nano::den;
    const timespec wait{left.count() / second, left.count() % second};
    return ::sigtimedwait(&set, &info, &wait);
}

std::string nameOf(int signal) {
    if (signal >= SIGRTMIN) {
        return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN);
    }
    if (signal == SIGIO) {
        return "SIGIO";  // the library says SIGPOLL
    }
    const char* name = ::sigabbrev_np(signal);
    return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

/// Not if standard error would block.
void complain(const std::string& line) {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0) {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    }
}

[[noreturn]] void end(int signal, int code) {
    complain("aip-agent: was ended by " + nameOf(signal) + (code == exitOk ? " before it ran\n" : "\n"));
    ::_exit(code);
}

std::atomic<bool> attended{false};

class Taker {
  public:
    explicit Taker(EventQueue& events) : _events(events) {}

    [[noreturn]] void run() {
        for (const sigset_t set = handledSignals();;) {
            siginfo_t info{};
            if (const int signal = take(set, _limit, info); signal > 0) {
                handle(signal, info.si_code > 0);
            }
        }
    }

  private:
    void handle(int signal, bool fromKernel) {
        switch (signal) {
            case SIGTERM:
            case SIGINT:
            case SIGQUIT:
            case SIGPWR:
                return stop(signal);
            case SIGHUP:
                return post(Event::hangUp, signal);
            case SIGUSR1:
                return post(Event::reopenLog, signal);
            case SIGIO:
                if (fromKernel) {
                    return addressArrived() ? post(Event::networkUp, signal) : void();
                }
                [[fallthrough]];
            default:
                return post(Event::ignoredSignal, signal);
        }
    }

    void post(Event event, int signal) { _events.post(event, static_cast<std::size_t>(signal)); }

    /// The watchdog is armed first: post() could wait for a thread that hangs.
    void stop(int signal) {
        if (!attended) {
            end(signal, exitOk);
        }
        if (_stopping && !_limit) {
            _limit = std::chrono::steady_clock::now() + forcedStopAfter;
        }
        post(_stopping ? Event::stopNow : Event::stop, signal);
        _stopping = true;
    }

    EventQueue& _events;
    bool _stopping = false;
    std::optional<TimePoint> _limit;
};

}  // namespace

void blockSignals() {
    const sigset_t set = handledSignals();
    ::pthread_sigmask(SIG_SETMASK, &set, nullptr);
    ignoreReserved();
    for (const int signal : {SIGPIPE, SIGXFSZ}) {  // not SIG_IGN, which a program inherits
        handleBy(signal, [](int) {});
    }
    handleBy(SIGCHLD, SIG_DFL);  // ignored, it would hide the ends of our processes
}

std::string names(const Signals& signals) {
    std::string text;
    for (int signal = 1; signal < static_cast<int>(signals.size()); ++signal) {
        if (signals.test(static_cast<std::size_t>(signal))) {
            text += (text.empty() ? "" : ", ") + nameOf(signal);
        }
    }
    return text;
}

void SignalThread::start(EventQueue& events) {
    std::thread([&events] { Taker(events).run(); }).detach();
}

void SignalThread::attend() {
    attended = true;
}

void SignalThread::startEnding() {
    std::thread([] {
        const sigset_t set = handledSignals();
        int signal = 0;
        while (::sigwait(&set, &signal) != 0) {
        }
        end(signal, exitInterrupted);
    }).detach();
}

}  // namespace aip::app

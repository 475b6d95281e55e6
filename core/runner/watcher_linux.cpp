#include "runner/watcher_linux.h"

#include "runner/children_linux.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::runner {
namespace {

/// Kills the child's process group at once, and those that have left it generation by generation.
int killAll(pid_t child) {
    ::kill(-child, SIGKILL);  // the number is still that of the group: the child is not reaped yet
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    for (;;) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
        if (reaped < 0) {
            return status;
        }
        if (reaped == 0) {
            killChildren(child);
            ::waitpid(-1, nullptr, 0);
        }
    }
}

/// A descriptor that is readable when a child has ended; -1 if there is none to be had.
int childSignals() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, nullptr);
    return ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

[[noreturn]] void watch(pid_t child, int lifeline) {
    const int signals = childSignals();
    const int longest = signals < 0 ? 1'000 : -1;  // ms between two looks
    std::array<pollfd, 2> events{{{lifeline, POLLIN, 0}, {signals, POLLIN, 0}}};
    for (Reaped reaped = reapOrphans(child); reaped != Reaped::childEnded; reaped = reapOrphans(child)) {
        if (::poll(events.data(), events.size(), reaped == Reaped::some ? 0 : longest) > 0 && events[0].revents != 0) {
            break;
        }
        signalfd_siginfo read{};
        [[maybe_unused]] const auto size = ::read(signals, &read, sizeof read);
    }
    endLike(killAll(child));
}

}  // namespace

Reaped reapOrphans(pid_t child) {
    for (int i = 0; i < 256; ++i) {
        siginfo_t ended{};
        if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) {
            return Reaped::all;
        }
        if (ended.si_pid == child) {
            return Reaped::childEnded;
        }
        ::waitpid(ended.si_pid, nullptr, WNOHANG);
    }
    return Reaped::some;
}

void endLike(int status) {
    if (WIFSIGNALED(status)) {
        std::signal(WTERMSIG(status), SIG_DFL);
        ::raise(WTERMSIG(status));
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

void keepOnly(int one, int other) {
    const auto [low, high] = std::minmax({static_cast<unsigned>(one), static_cast<unsigned>(other)});
    if (low > 0) {
        ::close_range(0, low - 1, 0);
    }
    if (high > low + 1) {
        ::close_range(low + 1, high - 1, 0);
    }
    ::close_range(high + 1, ~0U, 0);
    ::prctl(PR_SET_DUMPABLE, 0);
}

void continueWithoutParent() {
    ::prctl(PR_SET_PDEATHSIG, SIGCONT);
}

int splitFromWatcher(int lifeline) {
    const pid_t watcher = ::getpid();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t child = ::fork();
    if (child < 0) {
        return errno;
    }
    if (child > 0) {
        ::setpgid(child, child);
        continueWithoutParent();
        keepOnly(lifeline, lifeline);
        watch(child, lifeline);
    }
    ::setpgid(0, 0);
    ::close(lifeline);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != watcher) {
        ::_exit(EXIT_FAILURE);
    }
    return 0;
}

}  // namespace aip::runner

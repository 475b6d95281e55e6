#include "app/daemon.h"
#include "app/exit_code.h"
#include "app/platform.h"
#include "app/signal_thread.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::app {
namespace {

constexpr unsigned daemonUmask = 027;

int endedEarly(const std::string& how, int code) {
    std::cerr << "aip-agent: " << how << std::endl;
    return code;
}

/// The agent has said itself what was wrong if its exit code says that something was.
int exitCodeOf(pid_t agent) {
    int status = 0;
    while (::waitpid(agent, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        return endedEarly(std::string("was killed before it ran: ") + ::strsignal(WTERMSIG(status)), exitSoftware);
    }
    const int code = WEXITSTATUS(status);
    return code == exitOk ? endedEarly("was stopped before it ran", exitInterrupted) : code;
}

int waitForReport(const base::Descriptor& report, pid_t agent) {
    SignalThread::startEnding();
    char byte = 0;
    ssize_t size = 0;
    while ((size = ::read(report.get(), &byte, 1)) < 0 && errno == EINTR) {
    }
    return size == 1 ? exitOk : exitCodeOf(agent);
}

/// A lock or a pipe of whoever has started us is not ours to keep.
void closeAllBut(int kept) {
    ::close_range(STDERR_FILENO + 1, static_cast<unsigned>(kept) - 1, 0);
    ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
}

/// Also if no other descriptor can be had. False, with errno, if it cannot be opened.
bool putNullOnInput() {
    ::close(STDIN_FILENO);
    return ::open("/dev/null", O_RDWR) == STDIN_FILENO;
}

}  // namespace

std::optional<int> Daemon::split() {
    std::array<int, 2> ends{-1, -1};
    const bool piped = ::pipe2(ends.data(), O_CLOEXEC) == 0;
    base::Descriptor report(ends[0]);
    _report = base::Descriptor(ends[1]);
    const pid_t foreground = ::getpid();
    const pid_t agent = piped ? ::fork() : -1;
    if (agent < 0) {
        return endedEarly(std::string("--daemon: ") + std::strerror(errno), exitSoftware);
    }
    if (agent > 0) {
        _report = base::Descriptor();
        return waitForReport(report, agent);
    }
    report = base::Descriptor();
    leaveForeground(foreground);
    return std::nullopt;
}

void Daemon::leaveForeground(int foreground) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != foreground) {
        ::kill(::getpid(), SIGTERM);  // blocked: the signal thread will take it
    }
    closeAllBut(_report.get());
    ::setsid();
    narrowUmask(daemonUmask);
    if (!putNullOnInput()) {
        ::_exit(endedEarly(std::string("--daemon: /dev/null: ") + std::strerror(errno), exitSoftware));
    }
    if (::chdir("/") != 0) {
        std::cerr << "aip-agent: --daemon: stays in its folder: " << std::strerror(errno) << std::endl;
    }
}

bool Daemon::ready() {
    if (!_report) {
        return true;
    }
    ::dup2(STDIN_FILENO, STDOUT_FILENO);  // needs no descriptor that is free
    ::dup2(STDIN_FILENO, STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, 0);
    const bool told = ::write(_report.get(), "", 1) == 1;
    _report = base::Descriptor();
    return told;
}

}  // namespace aip::app

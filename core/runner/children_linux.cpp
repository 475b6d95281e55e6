#include "runner/children_linux.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::runner {
namespace {

bool isChild(pid_t process) {
    siginfo_t state{};
    return ::waitid(P_PID, static_cast<id_t>(process), &state, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

bool killChild(pid_t process) {
    return process > 0 && isChild(process) && ::kill(process, SIGKILL) == 0;
}

/// False if none was found.
bool killListed() {
    const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    bool killed = false;
    pid_t process = 0;
    std::array<char, 4096> piece{};
    for (ssize_t size = 1; list >= 0 && (size = ::read(list, piece.data(), piece.size())) > 0;) {
        for (ssize_t i = 0; i < size; ++i) {  // "12 345 "
            const char letter = piece.at(static_cast<std::size_t>(i));
            if (letter == ' ') {
                killed = killChild(process) || killed;
            }
            process = letter == ' ' ? 0 : process * 10 + (letter - '0');
        }
    }
    ::close(list);
    return killed;
}

/// The number that a new process gets; negative if there may be none.
pid_t nextNumber() {
    const pid_t probe = ::fork();
    if (probe == 0) {
        ::_exit(0);
    }
    ::waitpid(probe, nullptr, 0);
    return probe;
}

void killNumbered(pid_t first, pid_t last) {
    for (pid_t process = first; process <= last; ++process) {
        killChild(process);
    }
}

/// Numbers are given in order, so those of the descendants lie between that of the first and that of a new process.
void killByNumber(pid_t first) {
    constexpr pid_t firstGiven = 2;
    constexpr pid_t largest = 1 << 22;
    const pid_t next = nextNumber();
    if (next >= first) {
        killNumbered(first, next);
    } else {  // they have begun from the start again, or there is no process to be had
        killNumbered(first, largest);
        killNumbered(firstGiven, next < 0 ? first : next);
    }
}

}  // namespace

void killChildren(pid_t first) {
    if (!killListed()) {
        killByNumber(first);
    }
}

}  // namespace aip::runner

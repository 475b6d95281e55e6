#include "runner/crash_handler_linux.h"

#include "link/link_messages.h"
#include "runner/crash_report_linux.h"
#include "runner/signal_stack_linux.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace aip::runner {
namespace {

constexpr std::array crashSignals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};
constexpr std::size_t longestCrashText = 1024;  ///< that of CrashText
constexpr std::size_t frameRoom = 64;           ///< for what a frame holds beside the text
constexpr int patienceMs = 1'000;
constexpr unsigned longestReport = 5;  ///< seconds

/// What the handler needs, made before.
struct Prepared {
    pid_t process = 0;
    int link = -1;
    std::array<char, longestCrashText + frameRoom> frame{};  ///< a link::Crashed; its text, at the end, is blank
    std::size_t frameSize = 0;
    NamedLibrary library;
};
Prepared prepared;

// The report, of the one thread that makes it.
std::atomic<pid_t> reporter = 0;
CrashText text;
int reported = 0;  ///< the signal
bool delivered = false;

static_assert(std::atomic<pid_t>::is_always_lock_free);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

pid_t thisThread() {
    return static_cast<pid_t>(::syscall(SYS_gettid));
}

/// From here on the signal ends the process.
void letEnd(int signal) {
    struct sigaction byDefault {};
    byDefault.sa_handler = SIG_DFL;
    ::sigaction(signal, &byDefault, nullptr);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
}

/// As the system would have ended the process. Does not return.
void endBy(int signal) {
    letEnd(signal);
    ::syscall(SYS_tgkill, ::getpid(), thisThread(), signal);
    ::_exit(128 + signal);
}

bool sent() {
    for (int tries = 0; tries < 2; ++tries) {
        if (::send(prepared.link, prepared.frame.data(), prepared.frameSize, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            return true;
        }
        pollfd polled{prepared.link, POLLOUT, 0};
        ::poll(&polled, 1, patienceMs);
    }
    return false;
}

void deliver() {
    delivered = true;
    const auto what = text.view();
    std::copy(what.begin(), what.end(), prepared.frame.data() + prepared.frameSize - longestCrashText);
    if (!sent()) {
        text.add("\n");
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.view().data(), text.view().size());
    }
}

/// Another thread reports, and ends the process.
[[noreturn]] void waitForTheEnd() {
    for (;;) {
        ::pause();
    }
}

void onCrash(int signal, siginfo_t* info, void* context) {
    if (::getpid() != prepared.process) {
        endBy(signal);
    }
    letEnd(SIGALRM);  // a report that blocks, on a lock that the fault has left behind, ends like this
    ::alarm(longestReport);
    const pid_t self = thisThread();
    pid_t first = 0;
    if (reporter.compare_exchange_strong(first, self)) {
        reported = signal;
        describeCrash(signal, *info, context, prepared.library, text);
    } else if (first != self) {
        waitForTheEnd();
    }
    if (!delivered) {  // else the fault was in the delivery
        deliver();
    }
    endBy(reported);
}

void prepareFrame() {
    const std::string blank(longestCrashText, ' ');
    const auto frame = link::encode(link::Crashed{blank});
    if (frame && frame->head.size() <= prepared.frame.size()) {
        std::copy(frame->head.begin(), frame->head.end(), prepared.frame.begin());
        prepared.frameSize = frame->head.size();
    }
}

void handle(int signal) {
    struct sigaction current {};
    const bool free = ::sigaction(signal, nullptr, &current) == 0 && (current.sa_flags & SA_SIGINFO) == 0 &&
                      current.sa_handler == SIG_DFL;
    if (free) {
        struct sigaction action {};
        action.sa_sigaction = &onCrash;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigemptyset(&action.sa_mask);
        ::sigaction(signal, &action, nullptr);
    }
}

}  // namespace

void reportCrashesTo(int link) {
    if (sanitized) {
        return;
    }
    prepared.process = ::getpid();
    prepared.link = link;
    prepareFrame();
    prepareUnwinder();
    giveSignalStack();
    std::ranges::for_each(crashSignals, handle);
}

void nameLibraryInCrashes(const base::Descriptor& library, std::string_view name) {
    struct stat status {};
    if (::fstat(library.get(), &status) == 0) {
        prepared.library.major = major(status.st_dev);
        prepared.library.minor = minor(status.st_dev);
        prepared.library.inode = status.st_ino;
        prepared.library.name.clear();
        prepared.library.name.add(name);
    }
}

}  // namespace aip::runner

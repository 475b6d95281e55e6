// Processes that crash on purpose, in every way that has a signal.
#include "link/link_messages.h"
#include "runner/crash_handler_linux.h"
#include "runner/crash_mark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

using aip::base::Descriptor;
using aip::runner::CrashMark;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace link = aip::link;

/// How a process has ended, and what it has said before.
struct End {
    int signal = 0;
    std::vector<std::string> reports;
    std::string output;  ///< to standard error
};

std::string textOf(std::string_view frame) {
    const auto message = link::decode(frame);
    EXPECT_TRUE(message) << message.error().text();
    const auto* crash = message ? std::get_if<link::Crashed>(&*message) : nullptr;
    EXPECT_NE(crash, nullptr);
    return crash == nullptr ? "" : std::string(crash->where.substr(0, crash->where.find_last_not_of(' ') + 1));
}

std::string readAll(int descriptor) {
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::read(descriptor, piece.data(), piece.size())) > 0;) {
        all.append(piece.data(), static_cast<std::size_t>(size));
    }
    return all;
}

/// Runs `crash` in a process whose crashes are reported; `before` comes first. The plugin's library is this program.
End endOf(
    const std::function<void()>& crash, const std::function<void()>& before = [] {}) {
    std::array<int, 2> sockets{};
    std::array<int, 2> output{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()), 0);
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(output[1], STDERR_FILENO);
        before();
        aip::runner::reportCrashesTo(sockets[1]);
        aip::runner::nameLibraryInCrashes(Descriptor(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)), "libx.so");
        crash();
        ::_exit(0);
    }
    ::close(sockets[1]);
    ::close(output[1]);
    End end;
    std::array<char, 4096> frame{};
    for (ssize_t size = 0; (size = ::recv(sockets[0], frame.data(), frame.size(), 0)) > 0;) {
        end.reports.push_back(textOf({frame.data(), static_cast<std::size_t>(size)}));
    }
    end.output = readAll(output[0]);
    ::close(sockets[0]);
    ::close(output[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return end;
}

// NOLINTBEGIN: all of this is wrong on purpose
volatile int zero = 0;

void writesToNull() {
    *reinterpret_cast<volatile int*>(static_cast<std::intptr_t>(zero)) = 1;
}
void divides() {
    zero = 100 / zero;
}
void callsNull() {
    reinterpret_cast<void (*)()>(static_cast<std::intptr_t>(zero))();
    zero = 0;  // so that the call is no jump
}
void readsNullInAnotherLibrary() {
    zero = static_cast<int>(std::strlen(reinterpret_cast<const char*>(static_cast<std::intptr_t>(zero))));
}
int overflows(int depth) {
    volatile char frame[4096];
    frame[depth & 0xFFF] = 1;
    return depth < 0 ? 0 : overflows(depth + 1) + frame[depth & 0xFFF];
}
void readsBehindTheEnd() {
    const int file = ::memfd_create("empty", MFD_CLOEXEC);
    zero = *static_cast<volatile char*>(::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0));
}
void runsData() {
    void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 0, 4096);
    reinterpret_cast<void (*)()>(memory)();
}
// NOLINTEND

struct CrashRow {
    std::string name;
    int signal;
    std::function<void()> crash;
    std::string where;  ///< a regular expression
};

const std::string here = "(libx.so|test_runner)\\+0x[0-9a-f]+";  // not every file system tells fstat() the same device

const CrashRow crashes[] = {
    {"null", SIGSEGV, writesToNull, "at " + here},
    {"trap", SIGTRAP, [] { ::raise(SIGTRAP); }, "at libc.so.6\\+0x"},
    {"bus", SIGBUS, readsBehindTheEnd, "at " + here},
    {"abort", SIGABRT, [] { std::abort(); }, "at libc.so.6\\+0x[0-9a-f]+(, from " + here + ")?"},
    {"exception", SIGABRT, [] { std::terminate(); }, "at libc.so.6\\+0x"},
    {"null_call", SIGSEGV, callsNull, "at 0x0, which is in no library"},
    {"other_library", SIGSEGV, readsNullInAnotherLibrary, "at libc.so.6\\+0x"},
    {"overflow", SIGSEGV, [] { overflows(1); }, "at " + here},
    {"no_code", SIGSEGV, [] { ::kill(::getpid(), SIGSEGV); }, "at libc.so.6\\+0x"},
    {"system_call", SIGSYS, [] { ::raise(SIGSYS); }, "at libc.so.6\\+0x"},
#if defined(__x86_64__)
    {"divide", SIGFPE, divides, "at " + here},
    {"illegal", SIGILL, [] { asm volatile("ud2"); }, "at " + here},
    {"data", SIGSEGV, runsData, "at 0x[0-9a-f]+, which is in no library"},
#endif
};

class Crash : public testing::TestWithParam<CrashRow> {};

TEST_P(Crash, isReportedOnceAndEndsTheProcessAsItWould) {
    const CrashRow& row = GetParam();
    const End end = endOf([&row] {
        const CrashMark mark("greet", "call-7");
        row.crash();
    });
    EXPECT_EQ(end.signal, row.signal);
    ASSERT_EQ(end.reports.size(), 1U);
    const std::string name = ::sigabbrev_np(row.signal);
    EXPECT_THAT(end.reports[0], StartsWith("SIG" + name + ", in tool 'greet', call call-7, at "));
    EXPECT_THAT(end.reports[0], ContainsRegex(row.where));
    EXPECT_EQ(end.output.find("greet"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Runner, Crash, testing::ValuesIn(crashes), [](const auto& each) { return each.param.name; });

TEST(CrashHandler, reportsOnceIfManyThreadsCrash) {
    const End end = endOf([] {
        std::atomic<int> ready = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&ready] {
                const CrashMark mark("greet", "call-7");
                for (++ready; ready < 8;) {
                }
                writesToNull();
            });
        }
        threads.front().join();
    });
    EXPECT_EQ(end.signal, SIGSEGV);
    EXPECT_EQ(end.reports.size(), 1U);
}

TEST(CrashHandler, reportsAnOverflowOfAnyThreadWithAMark) {
    const End end = endOf([] {
        std::thread([] {
            const CrashMark mark("greet", "call-7");
            overflows(1);
        }).join();
    });
    EXPECT_EQ(end.signal, SIGSEGV);
    EXPECT_THAT(end.reports, ElementsAre(HasSubstr("in tool 'greet', call call-7, at ")));
}

TEST(CrashHandler, saysWhichCallsRanMeanwhile) {
    const End end = endOf([] {
        const CrashMark one("greet", "call-7");
        std::thread([] { writesToNull(); }).join();
    });
    EXPECT_THAT(end.reports,
                ElementsAre(HasSubstr("in a thread without a call; meanwhile: tool 'greet', call call-7")));
}

TEST(CrashHandler, nestsMarksAndForgetsThem) {
    const End end = endOf([] {
        { const CrashMark call("greet", "call-7"); }
        const CrashMark outer("its start");
        { const CrashMark inner("", "call-8"); }
        writesToNull();
    });
    EXPECT_THAT(end.reports, ElementsAre(HasSubstr("in its start, at ")));
}

TEST(CrashHandler, cutsLongNames) {
    const End end = endOf([] {
        const CrashMark mark(std::string(10'000, 't'), std::string(10'000, 'c'));
        writesToNull();
    });
    ASSERT_EQ(end.reports.size(), 1U);
    EXPECT_THAT(end.reports[0], ContainsRegex("at " + here));
}

TEST(CrashHandler, reportsNothingForAProcessThatThePluginHasForked) {
    const End end = endOf([] {
        if (const pid_t child = ::fork(); child == 0) {
            writesToNull();
        } else {
            int status = 0;
            ::waitpid(child, &status, 0);
            ::_exit(WTERMSIG(status) == SIGSEGV ? 0 : 1);
        }
    });
    EXPECT_EQ(end.signal, 0);
    EXPECT_TRUE(end.reports.empty());
}

void leaveByHandler(int /*signal*/) {
    ::_exit(0);
}

TEST(CrashHandler, leavesAHandlerThatIsThereAlready) {
    const End end = endOf(writesToNull, [] { std::signal(SIGSEGV, leaveByHandler); });
    EXPECT_EQ(end.signal, 0);
    EXPECT_TRUE(end.reports.empty());
}

TEST(CrashHandler, writesToStandardErrorWithoutALink) {
    const End end = endOf([] {
        for (int i = STDERR_FILENO + 1; i < 64; ++i) {
            ::close(i);
        }
        const CrashMark mark("greet", "call-7");
        writesToNull();
    });
    EXPECT_EQ(end.signal, SIGSEGV);
    EXPECT_TRUE(end.reports.empty());
    EXPECT_THAT(end.output, StartsWith("SIGSEGV, in tool 'greet', call call-7, at "));
    EXPECT_EQ(end.output.back(), '\n');
}

TEST(CrashHandler, needsNoFreeDescriptor) {
    const End end = endOf([] {
        while (::open("/dev/null", O_RDONLY) >= 0) {
        }
        writesToNull();
    });
    ASSERT_EQ(end.reports.size(), 1U);
    EXPECT_THAT(end.reports[0], ContainsRegex("at " + here));
}

TEST(CrashHandler, tellsASignalOfAnotherProcess) {
    const End end = endOf([] {
        const pid_t self = ::getpid();
        if (::fork() == 0) {
            ::kill(self, SIGSEGV);
            ::_exit(0);
        }
        for (;;) {
            ::pause();
        }
    });
    EXPECT_EQ(end.signal, SIGSEGV);
    EXPECT_THAT(end.reports, ElementsAre(StartsWith("SIGSEGV, sent by another process,")));
}

}  // namespace

#endif

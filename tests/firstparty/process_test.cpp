#include "plugins/shell/process.h"

#include "plugins/shell/descriptor.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::shell {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Kind = Ending::Kind;

const auto never = [] { return false; };

Process shell(const std::string& script, std::chrono::milliseconds limit = 60s) {
    Process process;
    process.program = "/bin/sh";
    process.arguments = {"sh", "-c", script};
    process.environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8"};
    process.limit = limit;
    return process;
}

/// A process that has ended but waits for its parent (or for init) is gone, too.
bool isGone(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    return !std::getline(stat, line) || line.substr(line.rfind(')') + 2, 1) == "Z";
}

bool eventually(const std::function<bool()>& holds) {
    const Descriptor quiet(::eventfd(0, EFD_CLOEXEC));
    for (const auto end = Clock::now() + 20s; Clock::now() < end;) {
        if (holds()) {
            return true;
        }
        pollfd watched{quiet.get(), POLLIN, 0};
        ::poll(&watched, 1, 5);
    }
    return holds();
}

std::vector<pid_t> pidsIn(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<pid_t>(stream), {}};
}

std::vector<pid_t> pidsInFile(const std::string& path) {
    std::ifstream stream(path);
    return {std::istream_iterator<pid_t>(stream), {}};
}

std::size_t openDescriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST(Process, givesItsExitCodeAndBothStreams) {
    const auto ending = run(shell("echo out; echo err >&2; exit 3"), never);
    EXPECT_EQ(ending.kind, Kind::exited);
    EXPECT_EQ(ending.value, 3);
    EXPECT_EQ(ending.output, "out\n");
    EXPECT_EQ(ending.errors, "err\n");
}

TEST(Process, saysWhichSignalItDiedOf) {
    const auto ending = run(shell("kill -SEGV $$"), never);
    EXPECT_EQ(ending.kind, Kind::killed);
    EXPECT_EQ(ending.value, SIGSEGV);
}

TEST(Process, saysWhyItCannotStart) {
    auto process = shell("true");
    process.program = "/no/such/program";
    const auto ending = run(process, never);
    EXPECT_EQ(ending.kind, Kind::notStarted);
    EXPECT_EQ(ending.value, ENOENT);
}

TEST(Process, inheritsNothingButTheGivenEnvironment) {
    ::setenv("FIRSTPARTY_SECRET", "hidden", 1);
    auto process = shell("");
    process.program = "/usr/bin/env";
    process.arguments = {"env"};
    EXPECT_EQ(run(process, never).output, "PATH=/usr/bin:/bin\nLANG=C.UTF-8\n");
    ::unsetenv("FIRSTPARTY_SECRET");
}

TEST(Process, readsAnEmptyInputAndHoldsNoOtherDescriptor) {
    const Descriptor leaky(::open("/etc/passwd", O_RDONLY));
    const auto ending = run(shell("cat; cd /proc/self/fd && echo *"), never);
    // The shell lists its own directory of descriptors, which it holds open while it does.
    EXPECT_THAT(ending.output, testing::AnyOf("0 1 2\n", "0 1 2 3\n"));
}

TEST(Process, runsInTheGivenDirectory) {
    const TemporaryDirectory directory;
    const Descriptor there(::open(directory.path().c_str(), O_PATH | O_CLOEXEC));
    auto process = shell("pwd");
    process.directory = there.get();
    EXPECT_EQ(run(process, never).output, directory.path() + "\n");
}

TEST(Process, leadsASessionAndAGroupOfItsOwnWithDefaultSignals) {
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto previous = ::signal(SIGPIPE, SIG_IGN);
    const auto ending = run(shell("read -r pid comm state ppid group session rest < /proc/$$/stat;"
                                  "echo $((pid == group)) $((pid == session));"
                                  "grep -E 'SigBlk|SigIgn' /proc/self/status"),
                            never);
    ::signal(SIGPIPE, previous);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    EXPECT_EQ(ending.output, "1 1\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Process, mayBeKeptFromWritingFiles) {
    const TemporaryDirectory directory;
    auto process =
        shell("echo to the pipe; echo text > " + directory / "file" + " || echo failed; kill -XFSZ $$; echo on");
    process.mayWrite = false;
    const auto ending = run(process, never);
    EXPECT_EQ(ending.output, "to the pipe\nfailed\non\n");
    EXPECT_EQ(std::filesystem::file_size(directory / "file"), 0U);
}

TEST(Process, mayBeLimitedInItsMemory) {
    auto process = shell("head -c 100000000 /dev/zero | tail -n 1 | wc -c");
    process.memory = std::size_t{64} << 20U;
    EXPECT_EQ(run(process, never).output, "0\n");
    process.memory = 0;
    EXPECT_EQ(run(process, never).output, "100000000\n");
}

TEST(Process, isKilledAtItsLimitWithItsWholeTree) {
    const auto start = Clock::now();
    const auto ending = run(shell("sh -c 'sleep 100 & echo $!; wait' & echo $!; sleep 100 & echo $!; wait", 1s), never);
    EXPECT_EQ(ending.kind, Kind::timedOut);
    EXPECT_LT(Clock::now() - start, 20s);
    const auto pids = pidsIn(ending.output);
    ASSERT_EQ(pids.size(), 3U);
    for (const auto pid : pids) {
        EXPECT_TRUE(eventually([pid] { return isGone(pid); })) << pid;
    }
}

TEST(Process, isKilledEvenIfItIgnoresTheRequestToEnd) {
    const auto ending = run(shell("trap '' TERM; echo $$; while :; do sleep 100; done", 1s), never);
    EXPECT_EQ(ending.kind, Kind::timedOut);
    ASSERT_EQ(pidsIn(ending.output).size(), 1U);
    EXPECT_TRUE(isGone(pidsIn(ending.output).front()));
}

TEST(Process, mayCleanUpWhenItIsStopped) {
    const TemporaryDirectory directory;
    run(shell("trap 'echo bye > " + directory / "farewell" + "; exit' TERM; sleep 100 & wait", 1s), never);
    EXPECT_TRUE(std::filesystem::exists(directory / "farewell"));
}

TEST(Process, takesWhatItLeftBehindWithIt) {
    const auto start = Clock::now();
    const auto ending = run(shell("sleep 100 & echo $!"), never);
    EXPECT_EQ(ending.kind, Kind::exited);
    EXPECT_LT(Clock::now() - start, 20s);
    ASSERT_EQ(pidsIn(ending.output).size(), 1U);
    EXPECT_TRUE(eventually([&] { return isGone(pidsIn(ending.output).front()); }));
}

TEST(Process, endsSoonAfterItIsCancelled) {
    const TemporaryDirectory directory;
    const auto file = directory / "pids";
    std::atomic<bool> cancel = false;
    Ending ending;
    Clock::time_point ended;
    std::thread runner([&] {
        ending = run(shell("sleep 100 & echo $! $$ > " + file + "; wait"), [&cancel] { return cancel.load(); });
        ended = Clock::now();
    });
    EXPECT_TRUE(eventually([&file] { return pidsInFile(file).size() == 2; }));
    const auto asked = Clock::now();
    cancel = true;
    runner.join();
    EXPECT_EQ(ending.kind, Kind::cancelled);
    EXPECT_LT(ended - asked, 5s);
    for (const auto pid : pidsInFile(file)) {
        EXPECT_TRUE(eventually([pid] { return isGone(pid); })) << pid;
    }
}

TEST(Process, isNotHeldUpByADescendantThatKeepsThePipes) {
    const auto start = Clock::now();
    const auto ending = run(shell("setsid sleep 30 & echo $!"), never);
    EXPECT_EQ(ending.kind, Kind::exited);
    EXPECT_LT(Clock::now() - start, 20s);
    for (const auto pid : pidsIn(ending.output)) {
        ::kill(pid, SIGKILL);
    }
}

TEST(Process, hasItsOutputCutInTheMiddle) {
    auto process = shell("printf first; head -c 3000000 /dev/zero | tr '\\0' x; printf last; printf small >&2");
    process.outputLimit = 1000;
    const auto ending = run(process, never);
    EXPECT_EQ(ending.kind, Kind::exited);
    EXPECT_TRUE(ending.output.starts_with("firstxxx"));
    EXPECT_TRUE(ending.output.ends_with("xxxlast"));
    EXPECT_THAT(ending.output, testing::HasSubstr("\n... [2999009 bytes cut] ...\n"));
    EXPECT_LT(ending.output.size(), 1100U);
    EXPECT_EQ(ending.errors, "small");
}

TEST(Process, isStoppedAtItsLimitHoweverMuchItWrites) {
    EXPECT_EQ(run(shell("yes", 500ms), never).kind, Kind::timedOut);
}

TEST(Process, losesNothingThatItWroteJustBeforeItsEnd) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(run(shell("head -c 60000 /dev/zero"), never).output.size(), 60000U);
    }
}

TEST(Process, runsManyAtOnceAndLeavesNoDescriptorAndNoZombie) {
    const auto before = openDescriptors();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    threads.reserve(16);
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&good, i] {
            for (int round = 0; round < 10; ++round) {
                const auto ending = run(shell("echo " + std::to_string(i) + "; exit " + std::to_string(round)), never);
                good += ending.output == std::to_string(i) + "\n" && ending.value == round ? 1 : 0;
            }
            auto absent = shell("true");
            absent.program = "/no/such/program";
            run(absent, never);
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(good, 160);
    EXPECT_EQ(openDescriptors(), before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(Process, diesWithTheProgramThatRunsIt) {
    const TemporaryDirectory directory;
    const auto file = directory / "pid";
    const auto process = shell("echo $$ > " + file + "; exec sleep 100");
    const pid_t agent = ::fork();
    if (agent == 0) {
        run(process, never);
        ::_exit(0);
    }
    EXPECT_TRUE(eventually([&file] { return pidsInFile(file).size() == 1; }));
    ::kill(agent, SIGKILL);
    ::waitpid(agent, nullptr, 0);
    const auto pid = pidsInFile(file).front();
    EXPECT_TRUE(eventually([pid] { return isGone(pid); }));
}

}  // namespace
}  // namespace aip::shell

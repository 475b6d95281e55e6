#include "plugins/descendants.h"
#include "tests/plugins/mark.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::tests::isolated;
using aip::tests::Mark;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;

SlotSettings marked() {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.environment = {"AIP_TEST_MARK"};
    settings.process.confinement.debuggable = true;
    return settings;
}

/// The plugin, and its four children; the watchers cannot be seen by all users.
constexpr std::size_t family = 5;

TEST(Orphans, endWithTheSlot) {
    const Mark mark;
    SlotFixture fixture("leaves_children", marked());
    const auto call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    EXPECT_GE(mark.processes().size(), family);
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_TRUE(mark.processes().empty());
}

TEST(Orphans, endWithACallThatIsAbandoned) {
    const Mark mark;
    SlotFixture fixture("leaves_children", marked());
    const auto call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    call.call()->finish({});
    fixture.slot->abandon(*call.call());
    EXPECT_TRUE(mark.allGone());
}

/// Plays the agent: reports when the plugin is inside its call, then waits to be killed.
[[noreturn]] void beAgent(int ready) {
    SlotFixture fixture("leaves_children", marked());
    [[maybe_unused]] const auto call = fixture.run("echo");
    const bool inside = fixture.log.waitFor("2 inside");
    [[maybe_unused]] const auto written = ::write(ready, inside ? "y" : "n", 1);
    for (;;) {
        ::pause();
    }
}

TEST(Orphans, endWithAnAgentThatIsKilled) {
    const Mark mark;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t agent = ::fork();
    if (agent == 0) {
        beAgent(ready[1]);
    }
    char inside = 'n';
    EXPECT_EQ(::read(ready[0], &inside, 1), 1);
    EXPECT_EQ(inside, 'y');
    EXPECT_GE(mark.processes().size(), family);
    ::kill(agent, SIGKILL);
    ::waitpid(agent, nullptr, 0);
    EXPECT_TRUE(mark.allGone());
    ::close(ready[0]);
    ::close(ready[1]);
}

SlotSettings inTheHostsView() {
    SlotSettings settings = marked();
    settings.process.confinement.hostView = true;
    return settings;
}

int parentIn(const std::string& stat) {
    const auto name = stat.rfind(')');
    return name == std::string::npos ? 0 : std::atoi(stat.c_str() + name + 4);
}

int parentOf(int process) {
    return parentIn(aip::tests::readFile("/proc/" + std::to_string(process) + "/stat"));
}

/// The process between ours and those of a plugin.
int watcherOf(const Mark& mark) {
    for (const pid_t process : mark.processes()) {
        if (const int parent = parentOf(process); parentOf(parent) == ::getpid()) {
            return parent;
        }
    }
    return 0;
}

TEST(Orphans, endThoughTheirWatcherWasStopped) {
    const Mark mark;
    SlotFixture fixture("leaves_children", inTheHostsView());
    const auto call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    const int watcher = watcherOf(mark);
    ASSERT_GT(watcher, 0);
    ::kill(watcher, SIGSTOP);
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_TRUE(mark.allGone());
    EXPECT_EQ(fixture.log.count("3 the process that watches it"), 0U);
}

/// Stops a process again and again.
class Stopper {
  public:
    explicit Stopper(int victim) : _pid(::fork()) {
        if (_pid == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            while (::kill(victim, SIGSTOP) == 0) {
            }
            ::_exit(0);
        }
    }
    ~Stopper() {
        ::kill(_pid, SIGKILL);
        ::waitpid(_pid, nullptr, 0);
    }
    Stopper(const Stopper&) = delete;
    Stopper& operator=(const Stopper&) = delete;

  private:
    pid_t _pid;
};

TEST(Orphans, endThoughTheirWatcherIsStoppedAgainAndAgain) {
    const Mark mark;
    SlotFixture fixture("leaves_children", inTheHostsView());
    const auto call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    const int watcher = watcherOf(mark);
    ASSERT_GT(watcher, 0);
    const Stopper stopper(watcher);
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_TRUE(mark.allGone());
}

/// Plays a watcher that does nothing: three generations below it, one of them in another session and without parents.
[[noreturn]] void beIdleWatcher(int ready) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t child = 0;
    for (int i = 0; i < 2; ++i) {
        child = ::fork();
        if (child == 0) {
            ::setsid();
            const bool leaves = i == 1 && ::fork() != 0;
            if (leaves) {
                ::_exit(0);
            }
            static_cast<void>(::fork());
            static_cast<void>(::write(ready, "r", 1) == 1);
            for (;;) {
                ::pause();
            }
        }
    }
    ::waitpid(child, nullptr, 0);  // the one that leaves
    static_cast<void>(::write(ready, "w", 1) == 1);
    for (;;) {
        ::pause();
    }
}

TEST(Descendants, areKilledButNotTheirAncestor) {
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const pid_t watcher = ::fork();
    if (watcher == 0) {
        beIdleWatcher(ready[1]);
    }
    ::close(ready[1]);
    std::array<char, 5> all{};
    for (std::size_t size = 0; size < all.size();) {
        const ssize_t got = ::read(ready[0], all.data(), all.size() - size);
        ASSERT_GT(got, 0);
        size += static_cast<std::size_t>(got);
    }
    EXPECT_EQ(aip::plugins::killDescendants(watcher), 4U);
    EXPECT_EQ(aip::plugins::killDescendants(watcher), 0U);
    EXPECT_EQ(::waitpid(watcher, nullptr, WNOHANG), 0);
    ::kill(watcher, SIGKILL);
    ::waitpid(watcher, nullptr, 0);
    EXPECT_EQ(::read(ready[0], all.data(), all.size()), 0);  // nobody holds the pipe any more
    ::close(ready[0]);
}

}  // namespace

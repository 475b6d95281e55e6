#include "tests/plugins/mark.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

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

}  // namespace

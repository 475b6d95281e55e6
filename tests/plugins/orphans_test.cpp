#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;

/// A variable that marks all processes that a plugin of this test has started, wherever they are.
class Mark {
  public:
    Mark() : _value(std::to_string(::getpid()) + "-" + std::to_string(++made)) {
        ::setenv("AIP_TEST_MARK", _value.c_str(), 1);
    }
    ~Mark() { ::unsetenv("AIP_TEST_MARK"); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

    std::size_t processes() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const std::string environment = aip::tests::readFile(entry.path() / "environ");
            const bool ours = entry.path().filename() == std::to_string(::getpid());
            count += !ours && environment.find("AIP_TEST_MARK=" + _value + '\0') != std::string::npos ? 1 : 0;
        }
        return count;
    }

    /// Polls: nothing reports the end of the last one.
    bool allGone() const {
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (processes() > 0 && std::chrono::steady_clock::now() < limit) {
            std::this_thread::yield();
        }
        return processes() == 0;
    }

  private:
    static inline int made = 0;
    std::string _value;
};

SlotSettings marked() {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.environment = {"AIP_TEST_MARK"};
    return settings;
}

/// The watcher, the plugin, and its four children.
constexpr std::size_t family = 6;

TEST(Orphans, endWithTheSlot) {
    const Mark mark;
    SlotFixture fixture("leaves_children", marked());
    const auto call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    EXPECT_GE(mark.processes(), family);
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(mark.processes(), 0U);
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
    EXPECT_GE(mark.processes(), family);
    ::kill(agent, SIGKILL);
    ::waitpid(agent, nullptr, 0);
    EXPECT_TRUE(mark.allGone());
    ::close(ready[0]);
    ::close(ready[1]);
}

}  // namespace

#include "plugins/limited_log.h"
#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <system_error>

#include <stdlib.h>
#include <sys/stat.h>

namespace {

using aip::base::Code;
using aip::hosting::Artifact;
using aip::hosting::ArtifactPort;
using aip::plugins::Isolation;
using aip::plugins::pluginLines;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::plugins::SlotWiring;
using aip::tests::comesTrue;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

SlotSettings inProcessOfItsOwn() {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.backoffBase = 1ms;
    return settings;
}

TEST(ProcessSlot, killsTheProcessOfACallThatDoesNotReturn) {
    SlotFixture fixture("pair", inProcessOfItsOwn());
    const TestCall stuck = fixture.run("wait_told");
    const TestCall other = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + stuck.call()->request().id));
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + other.call()->request().id));
    stuck.call()->cancel(Code::deadline, "too slow");
    stuck.call()->finish(stuck.call()->cancelOutcome());
    fixture.slot->abandon(*stuck.call());
    EXPECT_EQ(other.text(),
              "INTERNAL: plugin 'pair': its process was killed because 'wait_told' does not return, call " +
                  stuck.call()->request().id);
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_EQ(fixture.log.count("2 start"), 2U);
}

/// A plugin whose calls never return.
class Hanging : public testing::TestWithParam<const char*> {};

TEST_P(Hanging, losesItsProcessWhenItsCallIsAbandoned) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.maxFailures = 1;
    SlotFixture fixture(GetParam(), settings);
    ASSERT_TRUE(fixture.slot->start());
    const TestCall call = fixture.run("echo");
    call.call()->cancel(Code::deadline, "too slow");
    fixture.slot->cancelled(*call.call());
    call.call()->finish(call.call()->cancelOutcome());
    fixture.slot->abandon(*call.call());
    EXPECT_EQ(call.text(), "DEADLINE: too slow");
    EXPECT_EQ(fixture.run("echo").text(),
              "UNAVAILABLE: plugin '" + std::string(GetParam()) +
                  "' is quarantined: failed too often; the last time its process was killed because 'echo' does not "
                  "return, call " +
                  call.call()->request().id);
    EXPECT_TRUE(fixture.slot->stop(30s));
}

INSTANTIATE_TEST_SUITE_P(BadPlugin, Hanging, testing::Values("deadlock", "ignores_cancel", "spins", "stops_itself"),
                         [](const auto& each) { return std::string(each.param); });

TEST(ProcessSlot, saysWhoHasItsPlaces) {
    SlotFixture fixture("pair", inProcessOfItsOwn());
    const auto now = std::chrono::steady_clock::now();
    EXPECT_EQ(fixture.slot->load(now), "0 of 2 busy; the plugin is idle");
    const TestCall calls[] = {fixture.run("wait"), fixture.run("wait"), fixture.run("echo")};
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(fixture.log.waitFor("2 inside " + calls[i].call()->request().id));
        EXPECT_TRUE(calls[i].call()->begun());
    }
    EXPECT_FALSE(calls[2].call()->begun());
    EXPECT_EQ(fixture.slot->load(*calls[0].call()->begun() + 312s), "2 of 2 busy; the oldest: wait, 312 s");
    EXPECT_TRUE(fixture.slot->stop(30s));
}

/// If the end of the process is not seen in time, the text says only that its link is closed.
TEST(ProcessSlot, survivesAPluginThatKillsItsProcessGroup) {
    SlotFixture fixture("kills_its_group", inProcessOfItsOwn());
    EXPECT_THAT(fixture.run("echo").text(),
                testing::AnyOf(HasSubstr("was killed by SIGKILL (Killed)"), HasSubstr("has closed its connection")));
}

TEST(ProcessSlot, endsAPluginThatComputesForEver) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.limits.cpuSeconds = 1;
    SlotFixture fixture("spins", settings);
    EXPECT_EQ(fixture.run("echo").text(),
              "INTERNAL: plugin 'spins': its process was killed by SIGXCPU (CPU time limit exceeded)");
}

TEST(ProcessSlot, killsAPluginThatDoesNotStop) {
    SlotFixture fixture("stop_hangs", inProcessOfItsOwn());
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_TRUE(fixture.slot->stop(20ms));
    EXPECT_EQ(fixture.slot->state(), SlotState::stopped);
}

TEST(ProcessSlot, answersForACallThatIgnoresTheStop) {
    SlotFixture fixture("ignores_cancel", inProcessOfItsOwn());
    const TestCall inside = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    EXPECT_TRUE(fixture.slot->stop(20ms));
    EXPECT_EQ(inside.text(), "CANCELLED: the plugin is stopped");
}

TEST(ProcessSlot, quarantinesAPluginThatFailsTooOftenUntilItIsRevived) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.maxFailures = 3;
    SlotFixture fixture("exits", settings);
    EXPECT_FALSE(fixture.slot->revive());
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(fixture.run("echo").text(), StartsWith("INTERNAL"));
    }
    EXPECT_EQ(fixture.slot->state(), SlotState::quarantined);
    EXPECT_EQ(fixture.run("echo").text(),
              "UNAVAILABLE: plugin 'exits' is quarantined: failed too often; the last time its process ended with exit "
              "code 3");
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_TRUE(fixture.slot->revive());
    EXPECT_EQ(fixture.slot->state(), SlotState::idle);
    EXPECT_EQ(fixture.slot->reason(), "");
    EXPECT_THAT(fixture.run("echo").text(), StartsWith("INTERNAL"));
    EXPECT_EQ(fixture.slot->state(), SlotState::restarting);
}

TEST(ProcessSlot, startsAlsoWhileAnEarlierProcessIsBeingKilled) {
    SlotFixture fixture("pair", inProcessOfItsOwn());
    const TestCall stuck = fixture.run("wait_told");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + stuck.call()->request().id));
    stuck.call()->finish(stuck.call()->cancelOutcome());
    fixture.slot->abandon(*stuck.call());
    const auto started = fixture.slot->start();
    EXPECT_TRUE(started) << started.error().line();
    EXPECT_EQ(fixture.log.count("2 start"), 2U);
}

TEST(ProcessSlot, givesCallsThatWaitToTheNextProcess) {
    SlotFixture fixture("exits", inProcessOfItsOwn());
    const TestCall calls[] = {fixture.run("echo"), fixture.run("echo"), fixture.run("echo")};
    for (const TestCall& call : calls) {
        EXPECT_EQ(call.text(), "INTERNAL: plugin 'exits': its process ended with exit code 3");
    }
}

TEST(ProcessSlot, stopsAProcessThatHasNothingToDo) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.idleTimeout = 1ms;
    SlotFixture fixture("good", settings);
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_TRUE(fixture.log.waitFor("2 destroy"));
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_EQ(fixture.log.count("2 start"), 2U);
    EXPECT_EQ(fixture.slot->reason(), "");
}

TEST(ProcessSlot, saysThatThereIsNoRunner) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.runner = "/nowhere/aip-plugin-runner";
    SlotFixture fixture("good", settings);
    EXPECT_EQ(
        fixture.run("echo").text(),
        "UNAVAILABLE: plugin 'good' is failed: start-failed: starting /nowhere/aip-plugin-runner: No such file or "
        "directory");
}

TEST(ProcessSlot, givesTheProcessNothingOfTheAgentsEnvironmentButWhatIsAllowed) {
    ::setenv("AIP_CANARY", "secret", 1);
    ::setenv("AIP_EXTRA", "fine", 1);
    ::setenv("LC_TIME", "C", 1);
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.environment = {"AIP_EXTRA", "AIP_ABSENT"};
    SlotFixture fixture("process", settings);
    const std::string names = fixture.run("environment").text();
    for (const char* allowed : {"\"PATH\"", "\"AIP_EXTRA\"", "\"LC_TIME\""}) {
        EXPECT_THAT(names, HasSubstr(allowed));
    }
    EXPECT_THAT(names, Not(HasSubstr("AIP_CANARY")));
    EXPECT_THAT(names, Not(HasSubstr("AIP_ABSENT")));
}

TEST(ProcessSlot, leavesTheProcessNoDescriptorOfTheAgent) {
    SlotFixture fixture("process", inProcessOfItsOwn());
    EXPECT_EQ(fixture.run("descriptors").text(),
              R"x(["0 /dev/null","1 pipe:","2 pipe:","3 socket:","4 /memfd:aip:process (deleted)",)x"
              R"x("5 /memfd:aip-text (deleted)"])x");
}

/// What the memory that a process shares with the agent takes, bytes.
std::int64_t sharedBytesOf(const std::string& pid) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + pid + "/fd")) {
        std::error_code gone;
        struct stat status {};
        if (std::filesystem::read_symlink(entry, gone).string().starts_with("/memfd:aip-text") &&
            ::stat(entry.path().c_str(), &status) == 0) {
            constexpr std::int64_t block = 512;
            return status.st_blocks * block;
        }
    }
    return -1;
}

TEST(ProcessSlot, keepsTheMemoryOfALargeResultOnlyForAWhile) {
    SlotSettings settings = inProcessOfItsOwn();
    settings.process.confinement.debuggable = true;  // this test looks into its /proc
    SlotFixture fixture("process", settings);
    const std::string pid = fixture.run("process").text();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(fixture.run("large").text().size(), (1UL << 20U) - 1);
        EXPECT_LE(sharedBytesOf(pid), 1 << 20);
    }
    EXPECT_GE(sharedBytesOf(pid), 0);
    EXPECT_TRUE(comesTrue([&] { return sharedBytesOf(pid) == 0; }));
    EXPECT_EQ(fixture.run("large").text().size(), (1UL << 20U) - 1);
}

TEST(ProcessSlot, takesLongListsOfToolsOneAfterTheOther) {
    SlotFixture fixture("dynamic", inProcessOfItsOwn());
    EXPECT_EQ(fixture.run("swell").text(), "null");
    for (const std::string name : {"a", "b", "c"}) {
        EXPECT_EQ(fixture.run("add", R"({"name":")" + name + R"("})").text(), "null");
        EXPECT_TRUE(comesTrue([&] {
            const auto tools = fixture.slot->dynamicTools();
            return !tools.empty() && tools.back().name == name;
        })) << name;
    }
    EXPECT_TRUE(fixture.slot->stop(30s));
}

TEST(ProcessSlot, limitsTheProcess) {
    SlotSettings settings = inProcessOfItsOwn();
#ifndef TEST_SANITIZED
    settings.process.limits = {512UL << 20U, 100, 99, 0};
    SlotFixture fixture("process", settings);
    EXPECT_EQ(fixture.run("limits").text(), "[536870912,100,99,1]");
#endif
}

TEST(ProcessSlot, writesWhatThePluginPrintsToTheLog) {
    SlotFixture fixture("process", inProcessOfItsOwn());
    EXPECT_EQ(fixture.run("say").text(), "null");
    EXPECT_TRUE(fixture.log.waitFor("2 to standard output"));
    EXPECT_TRUE(fixture.log.waitFor("3 to standard error"));
}

TEST(ProcessSlot, dropsWhatAPluginPrintsTooMuch) {
    const aip::tests::LogBook log;
    SlotFixture fixture("floods", inProcessOfItsOwn(), {aip::plugins::limitedLog(log.sink())});
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(log.lines().front(), "3 line 0");
    EXPECT_GE(log.count("3 line "), pluginLines.lines);
    EXPECT_LT(log.count("3 line "), 10'000U);
}

struct Received {
    std::string name;
    std::string type;
    std::string call;
    std::string content;
};

TEST(ProcessSlot, passesArtifactsOn) {
    std::vector<Received> received;
    SlotWiring wiring;
    wiring.artifacts =
        ArtifactPort{1'000, [&received](const Artifact& artifact) -> aip::base::Result<void> {
                         std::string content(artifact.size, '\0');
                         auto read = aip::hosting::readArtifact(artifact, 0, content);
                         received.push_back({artifact.name, artifact.mimeType, artifact.callId, content});
                         return read;
                     }};
    SlotFixture fixture("process", inProcessOfItsOwn(), wiring);
    const TestCall call = fixture.run("artifact");
    EXPECT_EQ(call.text(), "null");
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].name, "hello.txt");
    EXPECT_EQ(received[0].type, "text/plain");
    EXPECT_EQ(received[0].call, call.call()->request().id);
    EXPECT_EQ(received[0].content, "hello");
    EXPECT_EQ(fixture.run("bad_artifact").text(), "INVALID: the plugin returned status INVALID");
    aip::hosting::Caller client;
    client.takesFiles = false;
    const TestCall ofClient("artifact", "{}", {}, client);
    fixture.slot->invoke(ofClient.call());
    EXPECT_EQ(ofClient.text(), "UNSUPPORTED: the plugin returned status UNSUPPORTED");
    EXPECT_EQ(received.size(), 1U);
}

TEST(ProcessSlot, tellsThePluginWhyAnArtifactIsNotTaken) {
    SlotWiring wiring;
    wiring.artifacts = ArtifactPort{1'000, [](const Artifact&) -> aip::base::Result<void> {
                                        return aip::base::Error(Code::unavailable, "no connection");
                                    }};
    SlotFixture fixture("process", inProcessOfItsOwn(), wiring);
    EXPECT_EQ(fixture.run("artifact").text(), "UNAVAILABLE: the plugin returned status UNAVAILABLE");
    EXPECT_TRUE(fixture.log.waitFor("3 a file is not sent: no connection"));
    SlotFixture without("process", inProcessOfItsOwn());
    EXPECT_EQ(without.run("artifact").text(), "UNSUPPORTED: the plugin returned status UNSUPPORTED");
}

}  // namespace

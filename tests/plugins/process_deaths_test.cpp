#include "tests/plugins/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

/// Plugins that end their process.
namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

struct Death {
    const char* plugin;
    const char* text;
    const char* more = "";    ///< in what follows
    bool inHostView = false;  ///< confined, it fails at that
};

/// A plugin that ends its process, or makes it unusable.
class Deadly : public testing::TestWithParam<std::tuple<Death, Isolation>> {};

TEST_P(Deadly, failsItsCallWithWhatHappenedAndIsStartedAgain) {
    const auto& [death, isolation] = GetParam();
    SlotSettings settings = isolated(isolation);
    settings.process.backoffBase = 1ms;
    settings.process.limits.memory = 64UL << 20U;
    settings.process.limits.files = 64;
    settings.process.confinement.hostView = death.inHostView;
    SlotFixture fixture(death.plugin, settings);
    const std::string answer = "INTERNAL: plugin '" + std::string(death.plugin) + "': its process " + death.text;
    const auto expected = AllOf(StartsWith(answer), ContainsRegex(death.more));
    EXPECT_THAT(fixture.run("echo").text(), expected);
    EXPECT_EQ(fixture.slot->state(), SlotState::restarting);
    EXPECT_THAT(fixture.slot->reason(), StartsWith(std::string("its process ") + death.text));
    EXPECT_THAT(fixture.run("echo").text(), expected);
    EXPECT_TRUE(fixture.slot->stop(30s));
}

#ifndef TEST_SANITIZED  // a sanitizer ends the process in its own way
const Death deaths[] = {
    {"segfaults", "was killed by SIGSEGV (Segmentation fault); SIGSEGV, in tool 'echo', call ",
     "at segfaults\\.so\\+0x[0-9a-f]+; the last that it wrote: first \\| the sensor is gone"},
    {"aborts", "was killed by SIGABRT (Aborted); SIGABRT, in tool 'echo', call ",
     "at libc\\.so\\.6\\+0x[0-9a-f]+, from aborts\\.so\\+0x[0-9a-f]+"},
    {"exits", "ended with exit code 3"},
    {"overflows_stack", "was killed by SIGSEGV (Segmentation fault); SIGSEGV, in tool 'echo', call ",
     "overflows_stack\\.so\\+0x[0-9a-f]+"},
    {"eats_memory", "was killed by SIGABRT (Aborted)", "; the last that it wrote: out of memory"},
    {"closes_descriptors", "", "ended with exit code 1|has closed its connection to the agent"},
    {"becomes_another", "has closed its connection to the agent"},
    {"ends_its_thread", "was killed by SIGABRT (Aborted)"},
    {"exits_well", "ended with exit code 0"},
    {"fork_bomb", "was killed by SIGABRT (Aborted)", "; the last that it wrote: too many children"},
    {"kills_its_parent", "was killed by SIGKILL (Killed)", "", true},
    {"uses_all_files", "was killed by SIGABRT (Aborted)", "; the last that it wrote: too many open files"},
    {"scribbles", "was killed because it broke the protocol: "},
};

INSTANTIATE_TEST_SUITE_P(BadPlugin, Deadly,
                         testing::Combine(testing::ValuesIn(deaths),
                                          testing::Values(Isolation::process, Isolation::perCall)),
                         [](const auto& each) {
                             return aip::tests::nameOf(std::get<1>(each.param)) + "_" + std::get<0>(each.param).plugin;
                         });
#else
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Deadly);
#endif

/// A plugin whose library fails while it is loaded.
class DeadlyToLoad : public testing::TestWithParam<Death> {};

TEST_P(DeadlyToLoad, isRefused) {
    SlotSettings settings = isolated(Isolation::process);
    if (GetParam().plugin == std::string("constructor_hangs")) {
        settings.startTimeout = 100ms;
    }
    SlotFixture fixture(GetParam().plugin, settings);
    EXPECT_THAT(fixture.run("echo").text(), HasSubstr(std::string("is failed: ") + GetParam().text));
    EXPECT_EQ(fixture.slot->state(), SlotState::failed);
}

TEST(LoadThatThrows, isRefusedWithWhatWasThrown) {
    SlotFixture fixture("constructor_throws", isolated(Isolation::process));
    // load-failed, or start-crashed: dlopen() is declared to throw nothing, so the compiler may let it end the process.
    EXPECT_THAT(fixture.run("echo").text(), HasSubstr("not like this"));
    EXPECT_EQ(fixture.slot->state(), SlotState::failed);
}

INSTANTIATE_TEST_SUITE_P(
    BadPlugin, DeadlyToLoad,
    testing::Values(Death{"start_crashes", "start-crashed: its process was killed by SIGABRT (Aborted)"},
                    Death{"constructor_exits", "start-crashed: its process ended with exit code 7"},
                    Death{"constructor_hangs", "start-timeout: did not start within 100 ms"}),
    [](const auto& each) { return std::string(each.param.plugin); });

#ifndef TEST_SANITIZED
TEST(ProcessSlot, saysWhereAPluginHasCrashedInItsStart) {
    SlotFixture fixture("start_crashes", isolated(Isolation::process));
    EXPECT_THAT(fixture.run("echo").text(),
                ContainsRegex("; SIGABRT, in its start, at .*, from start_crashes\\.so\\+0x[0-9a-f]+"));
}
#endif

}  // namespace

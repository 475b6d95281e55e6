// A hostile plugin against processes of its user. What the kernel of this machine does not grant is skipped, with a
// line. A program of its own: it forks, which is only safe without other threads.

#include "base/log.h"
#include "plugins/confinement_probe.h"
#include "tests/plugins/confinement_harness.h"
#include "tests/plugins/mark.h"
#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using aip::link::Measure;
using aip::link::Measures;
using aip::plugins::Isolation;
using aip::plugins::ProcessUser;
using aip::plugins::SlotSettings;
using aip::tests::anybody;
using aip::tests::comesTrue;
using aip::tests::inChild;
using aip::tests::isolated;
using aip::tests::Mark;
using aip::tests::Neighbour;
using aip::tests::refuseConfinement;
using aip::tests::refuseForks;
using aip::tests::refuseThreads;
using aip::tests::SlotFixture;
using aip::tests::Victim;
using aip::tests::Who;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

SlotSettings confined() {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.backoffBase = 1ms;
    return settings;
}

SlotSettings inHostView() {
    SlotSettings settings = confined();
    settings.process.confinement.hostView = true;
    return settings;
}

class Confinement : public testing::TestWithParam<Who> {};

INSTANTIATE_TEST_SUITE_P(As, Confinement, testing::Values(Who::self, Who::unprivileged),
                         [](const auto& each) { return each.param == Who::self ? "Self" : "Unprivileged"; });

struct AttackRow {
    const char* how;
    Measure against;    ///< which must be in force for it to fail
    bool worksWithout;  ///< without confinement, whatever other rules the machine has
};

const std::array attacks{
    AttackRow{"kill", Measure::pidNamespace, true},   AttackRow{"stop", Measure::pidNamespace, true},
    AttackRow{"queue", Measure::pidNamespace, true},  AttackRow{"directory", Measure::pidNamespace, true},
    AttackRow{"getfd", Measure::pidNamespace, false}, AttackRow{"ptrace", Measure::pidNamespace, false},
    AttackRow{"read", Measure::pidNamespace, false},  AttackRow{"mem", Measure::signalScope, false},
    AttackRow{"environ", Measure::signalScope, true}, AttackRow{"fd", Measure::signalScope, true},
};

std::string attack(SlotFixture& plugin, const std::string& how, int process, const std::string& name = "x") {
    return plugin
        .run("attack",
             R"({"how":")" + how + R"(","process":)" + std::to_string(process) + R"(,"name":")" + name + R"("})")
        .text();
}

bool inForce(const SlotFixture& plugin, Measure measure) {
    if (plugin.slot->measures().has(measure)) {
        return true;
    }
    Measures lacking;
    lacking.add(measure);
    std::cout << "SKIPPED: this machine does not grant " << lacking.text() << std::endl;
    return false;
}

/// CAP_PERFMON reads that of every process.
bool beyondConfinement(const AttackRow& row) {
    return ::geteuid() == 0 && row.how == std::string("environ");
}

TEST_P(Confinement, keepsItFromTheAgent) {
    inChild(GetParam(), [] {
        const Victim agent;
        SlotFixture plugin("hostile", confined());
        ASSERT_TRUE(plugin.slot->start());
        for (const AttackRow& row : attacks) {
            if (inForce(plugin, row.against) && !beyondConfinement(row)) {
                const std::string answer = attack(plugin, row.how, agent.pid());
                EXPECT_THAT(answer, StartsWith("\"E")) << row.how;
                EXPECT_THAT(answer, testing::AnyOf("\"EPERM\"", "\"ESRCH\"", "\"EACCES\"", "\"EINVAL\"")) << row.how;
                EXPECT_TRUE(agent.unharmed()) << row.how;
            }
        }
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST_P(Confinement, isWhatKeepsItFromTheAgent) {
    inChild(GetParam(), [] {
        SlotFixture plugin("hostile", inHostView());
        for (const AttackRow& row : attacks) {
            const Victim agent(true);
            if (row.worksWithout) {
                EXPECT_EQ(attack(plugin, row.how, agent.pid()), "\"done\"") << row.how;
            }
        }
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST_P(Confinement, keepsItFromAnAgentInWhoseSightItIs) {
    inChild(GetParam(), [] {
        if (::geteuid() == 0) {
            return;  // which may trace anything
        }
        const Victim agent;
        SlotFixture plugin("hostile", inHostView());
        for (const char* how : {"getfd", "ptrace", "read", "mem", "environ", "fd"}) {
            EXPECT_THAT(attack(plugin, how, agent.pid()), StartsWith("\"E")) << how;
        }
        EXPECT_TRUE(agent.unharmed());
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

/// The processes above one, as the host numbers them, up to this one.
std::vector<int> above(int process) {
    std::vector<int> found;
    for (;;) {
        std::string stat;
        std::getline(std::ifstream("/proc/" + std::to_string(process) + "/stat"), stat);
        const auto end = stat.rfind(')');
        process = end == std::string::npos ? 0 : std::stoi(stat.substr(end + 4));
        if (process == 0 || process == ::getpid()) {
            return found;
        }
        found.push_back(process);
    }
}

/// Its number on the host.
int numberOf(SlotFixture& plugin) {
    const std::string text = plugin.run("numbers").text();
    return text.size() > 2 ? std::stoi(text.substr(1)) : 0;
}

TEST_P(Confinement, keepsItFromOtherPluginsAndItsWatchers) {
    inChild(GetParam(), [] {
        SlotFixture other("hostile", confined());
        SlotFixture plugin("hostile", confined());
        const int process = numberOf(other);
        auto targets = above(numberOf(plugin));
        EXPECT_EQ(targets.size(), 2U);
        targets.push_back(process);
        for (const AttackRow& row : attacks) {
            for (const int target : targets) {
                if (inForce(plugin, row.against) && !beyondConfinement(row)) {
                    EXPECT_THAT(attack(plugin, row.how, target), StartsWith("\"E")) << row.how;
                }
            }
        }
        EXPECT_EQ(numberOf(other), process);
        EXPECT_TRUE(plugin.slot->stop(30s));
        EXPECT_TRUE(other.slot->stop(30s));
    });
}

TEST_P(Confinement, keepsItFromAllThatItCouldKillAtOnce) {
    inChild(GetParam(), [] {
        const Victim agent;
        SlotFixture plugin("hostile", confined());
        ASSERT_TRUE(plugin.slot->start());
        if (inForce(plugin, Measure::pidNamespace)) {
            EXPECT_THAT(plugin.run("kill_all").text(), Not(HasSubstr("ENOTSUP")));
            EXPECT_TRUE(agent.unharmed());
            EXPECT_GT(numberOf(plugin), 0);
        }
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST_P(Confinement, keepsItFromAbstractSocketsAndSharedMemory) {
    inChild(GetParam(), [] {
        const Neighbour neighbour;
        SlotFixture plugin("hostile", confined());
        ASSERT_TRUE(plugin.slot->start());
        if (inForce(plugin, Measure::signalScope)) {
            EXPECT_EQ(attack(plugin, "abstract", 0, neighbour.name), "\"EPERM\"");
        }
        if (inForce(plugin, Measure::ipcNamespace)) {
            EXPECT_EQ(attack(plugin, "ipc", neighbour.key), "\"ENOENT\"");
        }
        SlotFixture free("hostile", inHostView());
        EXPECT_EQ(attack(free, "abstract", 0, neighbour.name), "\"done\"");
        EXPECT_EQ(attack(free, "ipc", neighbour.key), "\"done\"");
        EXPECT_TRUE(plugin.slot->stop(30s));
        EXPECT_TRUE(free.slot->stop(30s));
    });
}

TEST_P(Confinement, letsNothingOutliveThePluginThatAttacksItsWatcher) {
    inChild(GetParam(), [] {
        const Mark mark;
        SlotSettings settings = confined();
        settings.process.environment = {"AIP_TEST_MARK"};
        settings.process.confinement.debuggable = true;
        SlotFixture plugin("hostile", settings);
        ASSERT_TRUE(plugin.slot->start());
        if (inForce(plugin, Measure::pidNamespace)) {
            EXPECT_EQ(plugin.run("escape").text(), "\"alive\"");
            EXPECT_GE(mark.processes().size(), 4U);
        }
        EXPECT_TRUE(plugin.slot->stop(30s));
        EXPECT_TRUE(mark.processes().empty());
    });
}

TEST_P(Confinement, isWhatLetsNothingOutliveIt) {
    inChild(GetParam(), [] {
        const Mark mark;
        SlotSettings settings = inHostView();
        settings.process.environment = {"AIP_TEST_MARK"};
        settings.process.confinement.debuggable = true;
        SlotFixture plugin("hostile", settings);
        EXPECT_THAT(plugin.run("escape").text(), StartsWith("INTERNAL: plugin 'hostile': its process "));
        EXPECT_TRUE(plugin.slot->stop(30s));
        EXPECT_TRUE(comesTrue([&] { return mark.processes().size() == 3; }));
        for (const pid_t survivor : mark.processes()) {
            ::kill(survivor, SIGKILL);
        }
        EXPECT_TRUE(mark.allGone());
    });
}

TEST_P(Confinement, keepsTheIdsAndTakesTheRights) {
    inChild(GetParam(), [] {
        SlotFixture plugin("hostile", confined());
        const std::string ids = std::to_string(::geteuid()) + " " + std::to_string(::getegid());
        const std::string rights = plugin.run("rights").text();
        EXPECT_THAT(rights, HasSubstr("NoNewPrivs: 1 " + ids));
        if (::geteuid() != 0) {
            EXPECT_THAT(rights, HasSubstr("CapEff: 0000000000000000 "));
        }
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST(ConfinementAsRoot, runsAPluginAsAnotherUserIfItMay) {
    SlotSettings settings = confined();
    settings.process.confinement.user = ProcessUser{anybody, anybody};
    SlotFixture plugin("hostile", settings);
    const auto started = plugin.slot->start();
    if (::geteuid() != 0) {
        ASSERT_FALSE(started);
        EXPECT_THAT(started.error().line(), StartsWith("isolation-lacking: its process is without the required own_user"
                                                       "; it has no own_user (Operation not permitted)"));
        return;
    }
    ASSERT_TRUE(started) << started.error().line();
    EXPECT_EQ(plugin.run("rights").text(), "\"CapEff: 0000000000000000 NoNewPrivs: 1 54321 54321\"");
    EXPECT_TRUE(plugin.slot->measures().has(Measure::ownUser));
    EXPECT_TRUE(plugin.slot->stop(30s));
}

TEST(ConfinementProbe, grantsWhatAProcessGets) {
    const Measures granted = aip::plugins::probeConfinement(TEST_RUNNER, 30s);
    SlotFixture plugin("hostile", confined());
    ASSERT_TRUE(plugin.slot->start());
    EXPECT_EQ(granted.text(), plugin.slot->measures().text());
    EXPECT_TRUE(plugin.slot->stop(30s));
    EXPECT_TRUE(aip::plugins::probeConfinement("/nowhere", 30s).empty());
}

TEST(ConfinementInHostView, leavesOutNamespacesAndScope) {
    SlotFixture plugin("hostile", inHostView());
    EXPECT_EQ(plugin.slot->measures().text(), "");
    ASSERT_TRUE(plugin.slot->start());
    EXPECT_EQ(plugin.slot->measures().text(), "no_new_privs, undumpable");
    EXPECT_EQ(plugin.log.count("3 "), 0U);
    EXPECT_TRUE(plugin.slot->stop(30s));
}

TEST(ConfinementOfTheAgent, isNoneForAPluginInIt) {
    SlotSettings settings = isolated(Isolation::inProcess);
    settings.process.confinement.required.add(Measure::signalScope);
    SlotFixture plugin("good", settings);
    const auto started = plugin.slot->start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().line(),
              "isolation-lacking: in the agent's process it is without the required signal_scope");
}

class ConfinementThatIsRefused : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(With, ConfinementThatIsRefused, testing::Values(EPERM, ENOSPC, ENOSYS, EINVAL),
                         [](const auto& each) { return ::strerrorname_np(each.param); });

TEST_P(ConfinementThatIsRefused, isSaidOnceAndDoneWithout) {
    inChild(Who::unprivileged, [] {
        refuseConfinement(static_cast<unsigned>(GetParam()));
        SlotSettings settings = confined();
        settings.isolation = Isolation::perCall;
        SlotFixture plugin("hostile", settings);
        const std::string why = ::strerror(GetParam());
        EXPECT_GT(numberOf(plugin), 0);
        EXPECT_GT(numberOf(plugin), 0);
        EXPECT_EQ(plugin.slot->measures().text(), "no_new_privs, undumpable");
        EXPECT_EQ(plugin.log.count(
                      "3 its process is without user_namespace, pid_namespace, ipc_namespace (clone: " + why +
                      "); signal_scope (Landlock: " + why + "); if it kills its watcher, what it has started goes on"),
                  1U);
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST_P(ConfinementThatIsRefused, refusesAPluginThatRequiresIt) {
    inChild(Who::unprivileged, [] {
        refuseConfinement(static_cast<unsigned>(GetParam()));
        SlotSettings settings = confined();
        settings.process.confinement.required.add(Measure::pidNamespace);
        settings.process.confinement.required.add(Measure::undumpable);
        SlotFixture plugin("hostile", settings);
        EXPECT_THAT(
            plugin.run("numbers").text(),
            HasSubstr("is failed: isolation-lacking: its process is without the required pid_namespace; it has no "
                      "user_namespace, pid_namespace, ipc_namespace (clone: "));
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST(PluginInTheAgent, saysOnceThatItGetsNoThread) {
    inChild(Who::self, [] {
        static std::vector<std::string> lines;
        aip::base::log::setSink(aip::base::log::Level::warn,
                                [](aip::base::log::Level, std::string_view line) { lines.emplace_back(line); });
        refuseThreads();
        SlotFixture plugin("good", isolated(Isolation::inProcess));
        for (int i = 0; i < 5; ++i) {
            EXPECT_THAT(plugin.run("echo").text(), StartsWith("UNAVAILABLE"));
        }
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_THAT(lines[0], StartsWith("plugin good: gets no thread for its calls now: "));
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

TEST_P(Confinement, isNotGivenUpForAShortage) {
    inChild(GetParam(), [] {
        refuseConfinement(EAGAIN);
        SlotFixture plugin("hostile", confined());
        const auto started = plugin.slot->start();
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().code, "shortage");
        EXPECT_THAT(started.error().text, HasSubstr("forking its process: Resource temporarily unavailable"));
        EXPECT_TRUE(plugin.slot->stop(30s));
    });
}

/// The outer process and init are there, the plugin's is not.
TEST_P(Confinement, saysThatInitCouldNotForkThePlugin) {
    inChild(GetParam(), [] {
        refuseForks();
        for (const SlotSettings& settings : {confined(), inHostView()}) {
            SlotFixture plugin("hostile", settings);
            const auto started = plugin.slot->start();
            ASSERT_FALSE(started);
            EXPECT_EQ(started.error().code, "shortage");
            EXPECT_THAT(started.error().text, HasSubstr("forking its process: Resource temporarily unavailable"));
            EXPECT_TRUE(plugin.slot->stop(30s));
        }
    });
}

}  // namespace

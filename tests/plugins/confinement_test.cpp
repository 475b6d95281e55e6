// A hostile plugin against processes of its user. What the kernel of this machine does not grant is skipped, with a
// line. A program of its own: it forks, which is only safe without other threads.

#include "tests/plugins/mark.h"
#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using aip::link::Measure;
using aip::link::Measures;
using aip::plugins::Isolation;
using aip::plugins::ProcessUser;
using aip::plugins::SlotSettings;
using aip::tests::comesTrue;
using aip::tests::isolated;
using aip::tests::Mark;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr uid_t anybody = 54'321;
constexpr int skipped = 77;

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

/// Who plays the agent.
enum class Who { self, unprivileged };

void become(Who who) {
    if (who == Who::unprivileged && ::geteuid() == 0) {
        const bool done = ::setgroups(0, nullptr) == 0 && ::setresgid(anybody, anybody, anybody) == 0 &&
                          ::setresuid(anybody, anybody, anybody) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0;
        if (!done || ::access(TEST_RUNNER, X_OK) != 0) {
            std::cout << "SKIPPED: another user cannot run " << TEST_RUNNER << std::endl;
            ::_exit(skipped);
        }
    }
}

/// Runs `body` in a child, whose expectations are those of the test.
void inChild(Who who, const std::function<void()>& body) {
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        become(who);
        body();
        std::cout.flush();
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == skipped) {
        GTEST_SKIP();
    }
    EXPECT_EQ(status, 0) << "what failed stands above";
}

class Confinement : public testing::TestWithParam<Who> {};

INSTANTIATE_TEST_SUITE_P(As, Confinement, testing::Values(Who::self, Who::unprivileged),
                         [](const auto& each) { return each.param == Who::self ? "Self" : "Unprivileged"; });

/// A process in the place of the agent: of the same user, in the namespaces of the host.
class Victim {
  public:
    explicit Victim(bool dumpable = false) : _pid(::fork()) {
        if (_pid == 0) {
            ::prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0);
            ::alarm(120);
            for (;;) {
                ::pause();
            }
        }
    }
    ~Victim() {
        ::kill(_pid, SIGKILL);
        ::waitpid(_pid, nullptr, 0);
    }
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;

    int pid() const { return _pid; }

    bool unharmed() const {
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(_pid), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT);
        return info.si_pid == 0;
    }

  private:
    pid_t _pid;
};

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

/// Listens on an abstract socket, and has a segment of shared memory.
class Neighbour {
  public:
    Neighbour() : name("aip-test-" + std::to_string(::getpid())), key(static_cast<key_t>(0x41495000 + ::getpid())) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
        _socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        EXPECT_EQ(::bind(_socket, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(_socket, 10), 0);
        _segment = ::shmget(key, 1, IPC_CREAT | 0600);
        EXPECT_GE(_segment, 0);
    }
    ~Neighbour() {
        ::close(_socket);
        ::shmctl(_segment, IPC_RMID, nullptr);
    }
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;

    const std::string name;
    const key_t key;

  private:
    int _socket = -1;
    int _segment = -1;
};

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

/// From now on, new namespaces and Landlock are refused with `error`.
void refuseConfinement(unsigned error) {
    constexpr unsigned namespaces = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC;
    const unsigned refuse = SECCOMP_RET_ERRNO | error;
    std::array<sock_filter, 8> filter{
        {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 4, 0),
         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 2),
         BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),  // its low half
         BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, namespaces, 1, 0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
         BPF_STMT(BPF_RET | BPF_K, refuse), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
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

}  // namespace

#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <functional>
#include <iostream>
#include <string>

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

/// Who attacks whom, in the tests of confinement. All of it forks: only for a process with one thread.
namespace aip::tests {

inline constexpr uid_t anybody = 54'321;
inline constexpr int skipped = 77;

/// Who plays the agent.
enum class Who { self, unprivileged };

inline void become(Who who) {
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
inline void inChild(Who who, const std::function<void()>& body) {
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

/// From now on, new namespaces and Landlock are refused with `error`.
inline void refuseConfinement(unsigned error) {
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

/// From now on there are no threads and no processes to be had.
inline void refuseThreads() {
    std::array<sock_filter, 5> filter{
        {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/// From now on a process can only be made in new namespaces, or as a thread or by posix_spawn(): those beyond are
/// refused as for want of a place.
inline void refuseForks() {
    constexpr unsigned allowed = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_VM;
    std::array<sock_filter, 6> filter{
        {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 2),
         BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),  // its low half
         BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, allowed, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN)}};
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

}  // namespace aip::tests

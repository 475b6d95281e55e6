#include "runner/namespaces_linux.h"

#include "base/shortage.h"
#include "runner/watcher_linux.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::runner {
namespace {

/// The ends of the connection between the outer process and init: a byte down when the ids are mapped, the status of
/// the plugin's process up.
struct Control {
    int outer = -1;
    int init = -1;
};

bool writeFile(pid_t process, const char* name, std::string_view text) {
    std::array<char, 64> path{};
    std::snprintf(path.data(), path.size(), "/proc/%d/%s", static_cast<int>(process), name);
    const int file = ::open(path.data(), O_WRONLY | O_CLOEXEC);
    const bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int problem = errno;
    ::close(file);
    errno = problem;
    return written;
}

std::string mapOf(unsigned id) {
    return std::to_string(id) + " " + std::to_string(id) + " 1";
}

/// Every id to itself: nothing in it is root.
bool mapIds(pid_t process) {
    return writeFile(process, "setgroups", "deny") && writeFile(process, "uid_map", mapOf(::geteuid())) &&
           writeFile(process, "gid_map", mapOf(::getegid()));
}

[[noreturn]] void beOuter(pid_t init, int lifeline, int control) {
    continueWithoutParent();
    keepOnly(lifeline, control);
    std::array<pollfd, 2> events{{{lifeline, POLLIN, 0}, {control, POLLIN, 0}}};
    while (::poll(events.data(), events.size(), -1) < 0) {
    }
    ::kill(init, SIGKILL);
    int status = 0;
    ::waitpid(init, &status, 0);  // returns when nothing is left in the namespace
    [[maybe_unused]] const auto size = ::recv(control, &status, sizeof status, MSG_DONTWAIT);
    endLike(status);
}

[[noreturn]] void beInit(pid_t plugin, int control) {
    keepOnly(control, control);
    for (;;) {
        int status = 0;
        if (::waitpid(-1, &status, 0) == plugin) {
            ::send(control, &status, sizeof status, MSG_NOSIGNAL);
            ::_exit(EXIT_SUCCESS);
        }
    }
}

void dropCapabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (::syscall(SYS_capset, &header, none.data()) != 0) {
        std::perror("aip-plugin-runner: capset");
        ::_exit(EXIT_FAILURE);
    }
}

/// In init, which waits until its ids are mapped; returns in the plugin's process. An errno: in init, which could not
/// make it.
int forkPlugin(bool root, int lifeline, const Control& control) {
    ::close(control.outer);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    char mapped = 0;
    if (::read(control.init, &mapped, 1) != 1) {
        ::_exit(EXIT_FAILURE);  // the outer process is gone, or does without namespaces
    }
    if (!root) {
        dropCapabilities();
    }
    const pid_t plugin = ::fork();
    if (plugin < 0) {
        return errno;
    }
    if (plugin > 0) {
        beInit(plugin, control.init);
    }
    ::setpgid(0, 0);
    ::close(control.init);
    ::close(lifeline);
    return 0;
}

/// Like fork(). Only the child's child may use what of the C library knows the number of its thread.
pid_t forkInto(unsigned namespaces) {
    return static_cast<pid_t>(::syscall(SYS_clone, namespaces | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

link::Measures measuresOf(unsigned namespaces) {
    link::Measures measures;
    measures.add(link::Measure::pidNamespace);
    if ((namespaces & CLONE_NEWUSER) != 0) {
        measures.add(link::Measure::userNamespace);
    }
    if ((namespaces & CLONE_NEWIPC) != 0) {
        measures.add(link::Measure::ipcNamespace);
    }
    return measures;
}

Namespaces failed(const char* what) {
    return {{}, std::string(what) + ": " + std::strerror(errno), base::isShortage(errno) ? errno : 0};
}

/// With exactly these, or not at all.
Namespaces splitInto(unsigned namespaces, int lifeline) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return failed("socketpair");
    }
    const Control control{ends[0], ends[1]};
    const bool root = (namespaces & CLONE_NEWUSER) == 0;
    const pid_t init = forkInto(namespaces);
    if (init == 0) {
        const int error = forkPlugin(root, lifeline, control);
        return {measuresOf(namespaces), {}, error};
    }
    if (init > 0 && (root || mapIds(init))) {
        ::close(control.init);
        ::send(control.outer, "", 1, MSG_NOSIGNAL);
        beOuter(init, lifeline, control.outer);
    }
    Namespaces problem = failed(init < 0 ? "clone" : "mapping its ids");
    ::close(control.init);
    ::close(control.outer);
    if (init > 0) {
        ::waitpid(init, nullptr, 0);
    }
    return problem;
}

}  // namespace

Namespaces splitIntoNamespaces(int lifeline) {
    const unsigned user = ::geteuid() == 0 ? 0U : CLONE_NEWUSER;
    Namespaces all = splitInto(user | CLONE_NEWPID | CLONE_NEWIPC, lifeline);
    if (!all.inForce.empty() || all.shortage != 0) {
        return all;
    }
    const Namespaces fewer = splitInto(user | CLONE_NEWPID, lifeline);
    return {fewer.inForce, all.problem, fewer.shortage};
}

}  // namespace aip::runner

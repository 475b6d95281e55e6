#include "runner/supervised_linux.h"

#include "runner/children_linux.h"
#include "runner/watcher_linux.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string_view>
#include <tuple>

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // missing in the headers of glibc 2.36
#include <sys/pidfd.h>
}

namespace aip::runner {
namespace {

constexpr unsigned exitShift = 8;    // of an exit code in a status
constexpr int killSignal = SIGUSR1;  // to the keeper: SIGKILL would end the keeper itself
constexpr int count = std::tuple_size_v<decltype(Supervised::Launch::descriptors)>;

/// Numbers that the program does not keep, and that are none of those that it gets its descriptors from.
std::array<int, count> spareNumbers(const Supervised::Launch& launch) {
    std::array<int, count> spare{};
    int next = count;
    for (int& number : spare) {
        while (next == launch.folder || std::ranges::find(launch.descriptors, next) != launch.descriptors.end()) {
            ++next;
        }
        number = next++;
    }
    return spare;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> found;
    std::transform(texts.begin(), texts.end(), std::back_inserter(found),
                   [](std::string& text) { return text.data(); });
    found.push_back(nullptr);
    return found;
}

/// The arguments of posix_spawn(). Made before the fork: the keeper must not allocate.
class SpawnPlan {
  public:
    explicit SpawnPlan(const Supervised::Launch& launch)
        : _command(launch.command),
          _environment(launch.environment),
          _arguments(pointers(_command)),
          _variables(pointers(_environment)) {
        posix_spawn_file_actions_init(&_files);
        const auto spare = spareNumbers(launch);
        for (int i = 0; i < count; ++i) {  // first out of the way of one another
            if (launch.descriptors.at(i) >= 0) {
                posix_spawn_file_actions_adddup2(&_files, launch.descriptors.at(i), spare.at(i));
            }
        }
        posix_spawn_file_actions_addfchdir_np(&_files, launch.folder);
        for (int i = 0; i < count; ++i) {
            if (launch.descriptors.at(i) >= 0) {
                posix_spawn_file_actions_adddup2(&_files, spare.at(i), i);
            } else {
                posix_spawn_file_actions_addclose(&_files, i);
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&_files, count);
        prepareSignals();
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&_files);
        posix_spawnattr_destroy(&_attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// 0, or an errno.
    int spawn(pid_t& program) const {
        return ::posix_spawnp(&program, _arguments.front(), &_files, &_attributes, _arguments.data(),
                              _variables.data());
    }
    std::string_view name() const { return _command.front(); }

  private:
    void prepareSignals() {
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_init(&_attributes);
        posix_spawnattr_setsigdefault(&_attributes, &all);
        posix_spawnattr_setsigmask(&_attributes, &none);
        posix_spawnattr_setpgroup(&_attributes, 0);
        posix_spawnattr_setflags(&_attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }

    std::vector<std::string> _command;
    std::vector<std::string> _environment;
    std::vector<char*> _arguments;
    std::vector<char*> _variables;
    posix_spawn_file_actions_t _files{};
    posix_spawnattr_t _attributes{};
};

// From here to keep(): the keeper, the child of a process with threads. It must not allocate.

void complain(int descriptor, std::string_view name, int error) {
    const char* meaning = ::strerrordesc_np(error);
    for (const std::string_view piece : {std::string_view("cannot start "), name, std::string_view(": "),
                                         std::string_view(meaning == nullptr ? "unknown error" : meaning)}) {
        [[maybe_unused]] const auto written = ::write(descriptor, piece.data(), piece.size());
    }
}

/// Generation by generation: the children of a process that is killed become ours.
int killAllOf(pid_t program) {
    ::kill(-program, SIGKILL);  // the number is still that of the group: the program is not reaped yet
    int status = 0;
    ::waitpid(program, &status, 0);
    for (;;) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG | __WALL);
        if (reaped < 0) {
            return status;
        }
        if (reaped == 0) {
            killChildren(program);
            ::waitpid(-1, nullptr, __WALL);
        }
    }
}

void waitForEnd(pid_t program) {
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int signal : {SIGCHLD, SIGTERM, killSignal}) {
        sigaddset(&awaited, signal);
    }
    while (reapOrphans(program) != Reaped::childEnded) {
        const int signal = ::sigwaitinfo(&awaited, nullptr);
        if (signal == SIGTERM || signal == killSignal) {
            ::kill(-program, signal == SIGTERM ? SIGTERM : SIGKILL);
        }
    }
}

[[noreturn]] void report(int status, int pipe) {
    [[maybe_unused]] const auto written = ::write(pipe, &status, sizeof status);
    ::_exit(EXIT_SUCCESS);
}

[[noreturn]] void keep(const SpawnPlan& plan, int complaints, int pipe) {
    constexpr int notStartable = 126U << exitShift;
    constexpr int notFound = 127U << exitShift;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t program = -1;
    if (const int error = plan.spawn(program); error != 0) {
        complain(complaints, plan.name(), error);
        report(error == ENOENT ? notFound : notStartable, pipe);
    }
    keepOnly(pipe, pipe);
    waitForEnd(program);
    report(killAllOf(program), pipe);
}

void send(const base::Descriptor& keeper, int signal) {
    ::pidfd_send_signal(keeper.get(), signal, nullptr, 0);
}

}  // namespace

base::Result<Supervised> Supervised::start(const Launch& launch) {
    const SpawnPlan plan(launch);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return base::Error(base::Code::exhausted, "no descriptor is left to watch the program");
    }
    base::Descriptor status(ends[0]);
    const base::Descriptor theirs(ends[1]);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // the keeper waits for signals, and loses none
    const pid_t keeper = ::fork();
    if (keeper == 0) {
        keep(plan, launch.descriptors[STDERR_FILENO], theirs.get());
    }
    const int why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (keeper < 0) {
        return base::Error(base::Code::exhausted, std::string("no process for the program: ") + std::strerror(why));
    }
    base::Descriptor descriptor(::pidfd_open(keeper, 0));
    if (!descriptor) {
        ::kill(keeper, SIGKILL);
        ::waitpid(keeper, nullptr, 0);
        return base::Error(base::Code::exhausted, "no descriptor is left to watch the program");
    }
    return Supervised(std::move(descriptor), std::move(status));
}

void Supervised::terminate() const {
    send(_ended, SIGTERM);
}

void Supervised::kill() const {
    send(_ended, killSignal);
}

int Supervised::status() const {
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(_ended.get()), &info, WEXITED) != 0 && errno == EINTR) {
    }
    int status = 0;
    if (::read(_report.get(), &status, sizeof status) != sizeof status) {
        std::fputs("the program has killed the process that watches it\n", stderr);
        std::_Exit(EXIT_FAILURE);
    }
    return status;
}

}  // namespace aip::runner

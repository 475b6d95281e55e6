#include "base/shortage.h"
#include "link/runner_descriptors.h"
#include "plugins/child_process.h"
#include "plugins/descendants.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // missing in the headers of glibc 2.36
#include <sys/pidfd.h>
}

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;
using base::Result;

Error failed(const std::string& what, int error) {
    return {base::isShortage(error) ? Code::exhausted : Code::unavailable, what + ": " + std::strerror(error)};
}

struct Pipe {
    base::Descriptor read;
    base::Descriptor write;
};

Result<Pipe> makePipe(int flagsOfRead) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return failed("making a pipe", errno);
    }
    ::fcntl(ends[0], F_SETFL, flagsOfRead);
    return Pipe{base::Descriptor(ends[0]), base::Descriptor(ends[1])};
}

/// A number above those that the child expects its descriptors at.
base::Descriptor aside(const base::Descriptor& descriptor) {
    return base::Descriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, link::runner_descriptor::first_unused));
}

/// Closes the link, and what it holds of descriptors of the plugin, on another thread: that may block.
std::shared_ptr<link::Link> closedElsewhere(std::unique_ptr<link::Link> link, const BlockingJobs& closing) {
    return {link.release(), [jobs = closing](link::Link* closed) mutable {
                std::unique_ptr<link::Link> owned(closed);
                if (jobs.add([closed] { delete closed; })) {  // NOLINT: owned by the job now
                    static_cast<void>(owned.release());
                }  // else here
            }};
}

/// The arguments of posix_spawn(), released with the object.
class Plan {
  public:
    Plan(int out, int err, int link, int lifeline) {
        posix_spawn_file_actions_init(&_files);
        posix_spawn_file_actions_addopen(&_files, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&_files, out, 1);
        posix_spawn_file_actions_adddup2(&_files, err, 2);
        posix_spawn_file_actions_adddup2(&_files, link, link::runner_descriptor::link);
        posix_spawn_file_actions_adddup2(&_files, lifeline, link::runner_descriptor::lifeline);
        posix_spawn_file_actions_addclosefrom_np(&_files, link::runner_descriptor::first_unused);
        posix_spawnattr_init(&_attributes);
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&_attributes, &all);
        posix_spawnattr_setsigmask(&_attributes, &none);
        // A session of its own: the agent's terminal is not its terminal.
        posix_spawnattr_setflags(&_attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~Plan() {
        posix_spawn_file_actions_destroy(&_files);
        posix_spawnattr_destroy(&_attributes);
    }
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    struct Started {
        pid_t number = -1;
        base::Descriptor descriptor;
    };

    Result<Started> carryOut(const ChildProcess::Settings& settings) const {
        std::string name = settings.name;
        std::string program = settings.runner.filename();
        std::vector<std::string> variables = settings.environment;
        std::vector<char*> environment;
        std::transform(variables.begin(), variables.end(), std::back_inserter(environment),
                       [](std::string& variable) { return variable.data(); });
        environment.push_back(nullptr);
        std::string hostView = settings.hostView ? link::hostViewArgument : "";
        std::array<char*, 4> arguments{program.data(), name.data(), settings.hostView ? hostView.data() : nullptr,
                                       nullptr};
        pid_t process = -1;
        const int error = ::posix_spawn(&process, settings.runner.c_str(), &_files, &_attributes, arguments.data(),
                                        environment.data());
        if (error != 0) {
            return failed("starting " + settings.runner.string(), error);
        }
        base::Descriptor descriptor(::pidfd_open(process, 0));
        if (!descriptor) {
            const int reason = errno;
            ::kill(process, SIGKILL);
            ::waitpid(process, nullptr, 0);
            return failed("watching " + settings.runner.string(), reason);
        }
        return Started{process, std::move(descriptor)};
    }

  private:
    posix_spawn_file_actions_t _files{};
    posix_spawnattr_t _attributes{};
};

}  // namespace

Result<ChildProcess> ChildProcess::start(const Settings& settings) {
    auto link = link::Link::pair();
    if (!link) {
        return link.error();
    }
    auto out = makePipe(O_NONBLOCK);
    auto err = makePipe(O_NONBLOCK);
    auto lifeline = makePipe(0);
    for (const auto* pipe : {&out, &err, &lifeline}) {
        if (!*pipe) {
            return pipe->error();
        }
    }
    const std::array theirs{aside(out->write), aside(err->write), aside(link->second), aside(lifeline->read)};
    if (!std::ranges::all_of(theirs, [](const base::Descriptor& each) { return static_cast<bool>(each); })) {
        return failed("copying a descriptor", EMFILE);
    }
    const Plan plan(theirs[0].get(), theirs[1].get(), theirs[2].get(), theirs[3].get());
    auto process = plan.carryOut(settings);
    if (!process) {
        return process.error();
    }
    ChildProcess child;
    child._link = closedElsewhere(std::move(link->first), settings.closing);
    child._number = process->number;
    child._process = std::move(process->descriptor);
    child._lifeline = std::move(lifeline->write);
    child._out = std::move(out->read);
    child._err = std::move(err->read);
    return child;
}

void ChildProcess::end() {
    _lifeline = base::Descriptor();
    ::pidfd_send_signal(_process.get(), SIGCONT, nullptr, 0);
}

std::size_t ChildProcess::kill() const {
    ::pidfd_send_signal(_process.get(), SIGSTOP, nullptr, 0);  // it must not reap what is being looked at
    const std::size_t below = killDescendants(_number);
    ::pidfd_send_signal(_process.get(), SIGKILL, nullptr, 0);
    return below;
}

std::optional<ChildProcess::Ending> ChildProcess::ending() const {
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(_process.get()), &info, WEXITED | WNOHANG) != 0) {
        return errno == ECHILD ? std::optional(Ending{false, Ending::unknown}) : std::nullopt;
    }
    if (info.si_pid == 0) {
        return std::nullopt;
    }
    return Ending{info.si_code != CLD_EXITED, info.si_status};
}

bool ChildProcess::Ending::killed() const {
    return signalled && number == SIGKILL;
}

std::string ChildProcess::Ending::text() const {
    if (number == unknown) {
        return "ended, and somebody else has taken its exit code";
    }
    if (!signalled) {
        return "ended with exit code " + std::to_string(number);
    }
    const char* name = ::sigabbrev_np(number);
    const char* meaning = ::sigdescr_np(number);
    return "was killed by " + (name == nullptr ? "signal " + std::to_string(number) : "SIG" + std::string(name)) +
           (meaning == nullptr ? "" : " (" + std::string(meaning) + ")");
}

hosting::Refusal notLaunched(const Error& why) {
    return {why.code() == Code::exhausted ? hosting::reason::shortage : hosting::reason::startFailed, why.text()};
}

std::vector<std::string> allowedEnvironment(const std::vector<std::string>& more) {
    static constexpr std::array always{"PATH", "LANG", "TZ", "HOME", "TMPDIR"};
    std::vector<std::string> found;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view whole(*variable);
        const std::string_view name = whole.substr(0, whole.find('='));
        if (name.starts_with("LC_") || std::ranges::find(always, name) != always.end() ||
            std::ranges::find(more, name) != more.end()) {
            found.emplace_back(whole);
        }
    }
    return found;
}

std::optional<std::string> readSome(const base::Descriptor& descriptor, std::size_t limit) {
    std::string bytes(limit, '\0');
    const ssize_t size = ::read(descriptor.get(), bytes.data(), bytes.size());
    if (size > 0) {
        bytes.resize(static_cast<std::size_t>(size));
        return bytes;
    }
    const bool later = size < 0 && (errno == EAGAIN || errno == EINTR);
    return later ? std::optional<std::string>("") : std::nullopt;
}

}  // namespace aip::plugins

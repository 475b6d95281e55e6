#include "capture.h"
#include "descriptor.h"
#include "process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace aip::shell {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds slice{50};
constexpr milliseconds grace{200};

struct Pipe {
    Descriptor read;
    Descriptor write;

    bool open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
        return true;
    }
};

/// All that the child needs between fork and exec, where it may not allocate.
struct Launch {
    const char* program;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    int directory;
    bool mayWrite;
    rlim_t memory;
    std::array<int, 3> streams;
    int report;
    pid_t parent;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const auto& text : texts) {
        result.push_back(const_cast<char*>(text.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

// From here to execute(): runs in the child of a program with many threads, so async-signal-safe calls only.

bool dieWithParent(pid_t parent) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

void resetSignals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        ::sigaction(number, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

/// Any of the descriptors may be one of 0 to 2 if the agent was started without: they move out of the way first.
bool arrangeDescriptors(Launch& launch) {
    launch.report = ::fcntl(launch.report, F_DUPFD_CLOEXEC, 3);
    for (int& stream : launch.streams) {
        stream = ::fcntl(stream, F_DUPFD_CLOEXEC, 3);
    }
    for (int i = 0; i < 3; ++i) {
        if (::dup2(launch.streams[static_cast<std::size_t>(i)], i) < 0) {
            return false;
        }
    }
    return ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

bool limit(__rlimit_resource resource, rlim_t value) {
    const rlimit limits{value, value};
    return ::setrlimit(resource, &limits) == 0;
}

/// The signal that would end it is ignored, so that the program itself says what failed.
bool limitFiles(const Launch& launch) {
    return launch.mayWrite || (::signal(SIGXFSZ, SIG_IGN) != SIG_ERR && limit(RLIMIT_FSIZE, 0));
}

bool limitMemory(const Launch& launch) {
    return launch.memory == 0 || limit(RLIMIT_DATA, launch.memory);
}

bool prepare(Launch& launch) {
    if (launch.directory >= 0 && ::fchdir(launch.directory) != 0) {
        return false;
    }
    return limit(RLIMIT_CORE, 0) && limitFiles(launch) && limitMemory(launch) && ::setsid() >= 0 &&
           arrangeDescriptors(launch) && dieWithParent(launch.parent);
}

[[noreturn]] void execute(Launch& launch) {
    resetSignals();
    if (prepare(launch)) {
        ::execve(launch.program, launch.arguments.data(), launch.environment.data());
    }
    const int error = errno;
    if (::write(launch.report, &error, sizeof error) != sizeof error) {
        ::_exit(126);
    }
    ::_exit(127);
}

/// One child, from its start until it is reaped.
class Child {
  public:
    ~Child() {
        if (_pid > 0) {
            endGroup();
            reap();
        }
    }

    /// 0, or the errno of what failed.
    int start(const Process& process);

    /// Reads what there is, for at most `wait`.
    void pump(milliseconds wait);
    bool ended() const { return _ended; }

    /// SIGTERM to the whole group, a little time, SIGKILL.
    void stop();
    /// SIGKILL to whatever is left of the group. Before reap(): until then its number belongs to nobody else.
    void endGroup() const { ::kill(-_pid, SIGKILL); }
    void drain() { pump(milliseconds(0)); }
    int reap();

    std::string output() const { return _output.text(); }
    std::string errors() const { return _errors.text(); }

    explicit Child(std::size_t outputLimit) : _output(outputLimit), _errors(outputLimit) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

  private:
    int fork(const Process& process, Pipe& report, Pipe& output, Pipe& errors);
    static void read(Descriptor& from, Capture& to);

    pid_t _pid = -1;
    bool _ended = false;
    Descriptor _handle;
    Descriptor _outputPipe;
    Descriptor _errorPipe;
    Capture _output;
    Capture _errors;
};

int Child::start(const Process& process) {
    Pipe report;
    Pipe output;
    Pipe errors;
    if (!report.open() || !output.open() || !errors.open()) {
        return errno;
    }
    if (const int error = fork(process, report, output, errors); error != 0) {
        return error;
    }
    for (auto* pipe : {&report, &output, &errors}) {
        pipe->write.reset();
    }
    int error = 0;
    while (::read(report.read.get(), &error, sizeof error) < 0 && errno == EINTR) {
    }
    _outputPipe = std::move(output.read);
    _errorPipe = std::move(errors.read);
    ::fcntl(_outputPipe.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(_errorPipe.get(), F_SETFL, O_NONBLOCK);
    return error;
}

int Child::fork(const Process& process, Pipe& report, Pipe& output, Pipe& errors) {
    const Descriptor empty(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Launch launch{process.program.c_str(),
                  pointers(process.arguments),
                  pointers(process.environment),
                  process.directory,
                  process.mayWrite,
                  process.memory,
                  {empty.get(), output.write.get(), errors.write.get()},
                  report.write.get(),
                  ::getpid()};
    const pid_t pid = ::fork();
    if (pid == 0) {
        execute(launch);
    }
    if (pid < 0) {
        return errno;
    }
    _pid = pid;
    _handle = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    return _handle ? 0 : errno;
}

void Child::pump(milliseconds wait) {
    std::array<pollfd, 3> watched{
        {{_outputPipe.get(), POLLIN, 0}, {_errorPipe.get(), POLLIN, 0}, {_handle.get(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(wait.count())) <= 0) {
        return;
    }
    if (watched[0].revents != 0) {
        read(_outputPipe, _output);
    }
    if (watched[1].revents != 0) {
        read(_errorPipe, _errors);
    }
    _ended = watched[2].revents != 0;
}

/// At most one pipe's worth at a time, so that an endless output holds up nothing else.
void Child::read(Descriptor& from, Capture& to) {
    std::array<char, 65536> buffer;
    const auto size = ::read(from.get(), buffer.data(), buffer.size());
    if (size > 0) {
        to.add({buffer.data(), static_cast<std::size_t>(size)});
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        from.reset();
    }
}

void Child::stop() {
    ::kill(-_pid, SIGTERM);
    pollfd watched{_handle.get(), POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(grace.count()));
    endGroup();
}

int Child::reap() {
    int status = 0;
    while (::waitpid(_pid, &status, 0) < 0 && errno == EINTR) {
    }
    _pid = -1;
    return status;
}

Ending::Kind wait(Child& child, const Process& process, const std::function<bool()>& cancelled) {
    const auto deadline = Clock::now() + process.limit;
    while (!child.ended()) {
        if (cancelled()) {
            return Ending::Kind::cancelled;
        }
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (left <= milliseconds(0)) {
            return Ending::Kind::timedOut;
        }
        child.pump(std::min(slice, left));
    }
    return Ending::Kind::exited;
}

Ending finish(Child& child, Ending::Kind kind) {
    if (kind != Ending::Kind::exited) {
        child.stop();
    }
    child.endGroup();
    child.drain();
    const int status = child.reap();
    Ending ending{kind, 0, child.output(), child.errors()};
    if (kind == Ending::Kind::exited) {
        ending.kind = WIFSIGNALED(status) ? Ending::Kind::killed : Ending::Kind::exited;
        ending.value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    return ending;
}

}  // namespace

Ending run(const Process& process, const std::function<bool()>& cancelled) {
    Child child(process.outputLimit);
    if (const int error = child.start(process); error != 0) {
        return {Ending::Kind::notStarted, error, {}, {}};
    }
    return finish(child, wait(child, process, cancelled));
}

}  // namespace aip::shell

#include "dev/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::tool::dev {
namespace {

constexpr std::chrono::seconds killedWithin{5};
constexpr std::size_t mostOutput = 1UL << 20U;

/// In the child, after the fork.
[[noreturn]] void become(const Process::Program& program, int output, pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) {
        ::_exit(1);
    }
    std::signal(SIGPIPE, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    std::vector<char*> words;
    for (const auto& word : program.words) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    if (program.folder.empty() || ::chdir(program.folder.c_str()) == 0) {
        ::execvp(words[0], words.data());
    }
    const std::string problem = program.words[0] + ": " + std::strerror(errno) + "\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, problem.data(), problem.size());
    ::_exit(127);
}

}  // namespace

Process::Process(Events& events, Program program, Events::Take output) : _events(events), _program(std::move(program)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    _output = base::Descriptor(ends[0]);
    const base::Descriptor write(ends[1]);
    const pid_t parent = ::getpid();
    _id = ::fork();
    if (_id < 0) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (_id == 0) {
        become(_program, write.get(), parent);
    }
    ::setpgid(_id, _id);  // whoever of the two is first
    _events.watch(_output.get(), std::move(output));
}

Process::~Process() {
    end();
    _events.forget(_output.get());
}

void Process::signal(int number) const {
    if (!_status) {
        ::kill(_id, number);
    }
}

std::optional<int> Process::status() {
    siginfo_t ended{};
    if (!_status && ::waitid(P_PID, static_cast<id_t>(_id), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        ended.si_pid != 0) {
        ::kill(-_id, SIGKILL);  // its group cannot be another's before it is reaped
        int how = 0;
        ::waitpid(_id, &how, 0);
        _status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    }
    return _status;
}

void Process::end() {
    const auto ended = [this] { return status().has_value(); };
    signal(SIGTERM);
    if (!_events.settle(ended, Events::Clock::now() + _program.patience)) {
        ::kill(-_id, SIGKILL);
        _events.settle(ended, Events::Clock::now() + killedWithin);
    }
}

base::Result<Finished> runProgram(Events& events, Process::Program program, std::chrono::milliseconds limit) {
    Finished finished;
    const std::string name = program.words.front();
    program.patience = std::chrono::milliseconds(500);
    Process process(events, std::move(program), [&finished](std::string_view piece) {
        finished.output += piece.substr(0, mostOutput - std::min(mostOutput, finished.output.size()));
    });
    const auto end = events.until([&] { return process.status().has_value(); }, Events::Clock::now() + limit);
    if (end != Events::End::done) {
        const bool late = end == Events::End::late;
        return base::Error(
            late ? base::Code::deadline : base::Code::cancelled,
            name + (late ? " did not end within " + std::to_string(limit.count() / 1000) + " s" : " was ended"));
    }
    events.drain();
    finished.status = *process.status();
    return finished;
}

}  // namespace aip::tool::dev

#include "base/descriptor.h"
#include "child.h"
#include "runner/watcher_linux.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::tool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char answered = '+';
constexpr char refused = '-';

std::string answerOf(const std::function<std::string()>& question) {
    try {
        return answered + question();
    } catch (const std::exception& error) {
        return refused + std::string(error.what());
    }
}

void sendAll(int pipe, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::write(pipe, text.data(), text.size());
        if (sent < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
}

struct Pipe {
    base::Descriptor read, write;
};

std::optional<Pipe> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    return Pipe{base::Descriptor(ends[0]), base::Descriptor(ends[1])};
}

/// Two processes from here: the one that answers, and its watcher, which kills what that leaves behind.
[[noreturn]] void runChild(const std::function<std::string()>& question, int pipe, int lifeline) {
    ::dup2(STDERR_FILENO, STDOUT_FILENO);  // what the library prints must not get into what we print
    const int failed = runner::splitFromWatcher(lifeline);
    sendAll(pipe, failed == 0 ? answerOf(question) : refused + std::string("fork: ") + std::strerror(failed));
    ::_exit(0);
}

/// Everything that comes until the other side closes; false at the time limit.
bool receiveAll(int pipe, Clock::time_point deadline, std::string& text) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{pipe, POLLIN, 0};
        const int ready = left <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left));
        if (ready == 0) {
            return false;
        }
        if (ready < 0) {
            continue;
        }
        char buffer[16384];
        const auto size = ::read(pipe, buffer, sizeof buffer);
        if (size == 0) {
            return true;
        }
        if (size > 0) {
            text.append(buffer, static_cast<std::size_t>(size));
        }
    }
}

base::Error failure(const std::string& text) {
    return {base::Code::invalid, text};
}

base::Result<std::string> verdict(const std::string& answer, int status, const std::string& doing) {
    if (WIFSIGNALED(status)) {
        return failure("crashed while it " + doing + " (" + std::string(::strsignal(WTERMSIG(status))) + ")");
    }
    if (answer.empty()) {
        return failure("ended the process while it " + doing);
    }
    auto text = answer.substr(1);
    if (answer[0] == refused) {
        return failure(text);
    }
    return text;
}

}  // namespace

base::Result<std::string> askChild(const std::function<std::string()>& question, const std::string& doing,
                                   std::chrono::milliseconds limit) {
    auto answers = makePipe();
    auto lifeline = makePipe();
    if (!answers || !lifeline) {
        return failure(std::string("pipe: ") + std::strerror(errno));
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return failure(std::string("fork: ") + std::strerror(errno));
    }
    if (child == 0) {
        answers->read = base::Descriptor();
        lifeline->write = base::Descriptor();
        runChild(question, answers->write.get(), lifeline->read.get());
    }
    answers->write = base::Descriptor();
    std::string answer;
    const bool inTime = receiveAll(answers->read.get(), Clock::now() + limit, answer);
    lifeline->write = base::Descriptor();
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!inTime) {
        return failure("did not end within " + std::to_string(limit.count()) + " ms while it " + doing);
    }
    return verdict(answer, status, doing);
}

}  // namespace aip::tool

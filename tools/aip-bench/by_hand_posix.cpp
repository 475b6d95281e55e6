#include "by_hand.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::bench {
namespace {

using base::Descriptor;

void must(bool done, const std::string& what) {
    if (!done) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

struct Pipe {
    Descriptor read;
    Descriptor write;

    Pipe() {
        std::array<int, 2> ends{};
        must(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
    }
};

pid_t spawn(const Command& command, int in, int out) {
    posix_spawn_file_actions_t files{};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    Command words = command;
    std::vector<char*> arguments;
    std::ranges::transform(words, std::back_inserter(arguments), [](std::string& word) { return word.data(); });
    arguments.push_back(nullptr);
    pid_t process = -1;
    errno = ::posix_spawnp(&process, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    must(errno == 0, command.front());
    return process;
}

}  // namespace

void runByHand(const Command& command) {
    Pipe out;
    const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const pid_t process = spawn(command, nothing.get(), out.write.get());
    out.write = Descriptor();
    std::array<char, 4096> bytes{};
    while (::read(out.read.get(), bytes.data(), bytes.size()) > 0) {
    }
    ::waitpid(process, nullptr, 0);
}

PipePeer::PipePeer(const Command& command) {
    Pipe in;
    Pipe out;
    _process = spawn(command, in.read.get(), out.write.get());
    _in = std::move(in.write);
    _out = std::move(out.read);
}

PipePeer::~PipePeer() {
    ::kill(_process, SIGKILL);
    ::waitpid(_process, nullptr, 0);
}

void PipePeer::roundTrip(const std::string& line) const {
    static std::array<char, 64UL << 10U> bytes;
    must(::write(_in.get(), line.data(), line.size()) > 0, "write");
    ssize_t size = 0;
    do {
        size = ::read(_out.get(), bytes.data(), bytes.size());
        must(size > 0, "read");
    } while (bytes.at(static_cast<std::size_t>(size - 1)) != '\n');
}

double microseconds(const std::function<void()>& action) {
    const auto begun = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace aip::bench

#include "figures.h"
#include "plugin_floor.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::bench {
namespace {

constexpr std::size_t requestSize = 100;
constexpr std::size_t replySize = 1024;
using Message = std::array<char, replySize>;

void demand(bool done, const char* what) {
    if (!done) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

double median(unsigned times, const std::function<void()>& action) {
    std::vector<double> took;
    for (unsigned i = 0; i < times; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        action();
        took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    return quantile(std::move(took), 0.5);
}

[[noreturn]] void answer(int socket) {
    Message message{};
    while (::recv(socket, message.data(), message.size(), 0) > 0 &&
           ::send(socket, message.data(), message.size(), MSG_NOSIGNAL) > 0) {
    }
    ::_exit(0);
}

double spawnUs(const std::filesystem::path& program, unsigned times) {
    posix_spawn_file_actions_t quiet{};
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::string name = program.string();
    std::array<char*, 2> words{name.data(), nullptr};
    const double took = median(times, [&] {
        pid_t child = 0;
        errno = ::posix_spawn(&child, name.c_str(), &quiet, nullptr, words.data(), environ);
        demand(errno == 0, "posix_spawn");
        ::waitpid(child, nullptr, 0);
    });
    posix_spawn_file_actions_destroy(&quiet);
    return took;
}

}  // namespace

double measureRoundTrip(unsigned times) {
    std::array<int, 2> ends{};
    demand(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
    const pid_t other = ::fork();
    demand(other >= 0, "fork");
    if (other == 0) {
        ::close(ends[0]);
        answer(ends[1]);
    }
    ::close(ends[1]);
    Message message{};
    const double took = median(times, [&] {
        demand(::send(ends[0], message.data(), requestSize, MSG_NOSIGNAL) > 0, "send");
        demand(::recv(ends[0], message.data(), message.size(), 0) > 0, "recv");
    });
    ::close(ends[0]);
    ::waitpid(other, nullptr, 0);
    return took;
}

PluginFloor measurePluginFloor(const std::filesystem::path& runner, unsigned roundTrips, unsigned spawns) {
    return {measureRoundTrip(roundTrips), spawnUs(runner, spawns)};
}

}  // namespace aip::bench

#include "process.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::bench {
namespace {

namespace fs = std::filesystem;

constexpr int stopMilliseconds = 5000;

/// Unblocked and at their defaults: what the agent is started with elsewhere.
class SpawnSettings {
  public:
    explicit SpawnSettings(const fs::path& log) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    }
    ~SpawnSettings() { posix_spawn_file_actions_destroy(&actions); }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    posix_spawn_file_actions_t actions{};
};

/// The number after `name` in a file of /proc that has a "Name: number" per line.
std::uint64_t numberIn(const fs::path& file, std::string_view name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name)) {
            return std::strtoull(line.c_str() + name.size(), nullptr, 10);
        }
    }
    throw std::runtime_error("the program under measurement has ended: see its log");
}

fs::path procFolder(int pid) {
    return fs::path("/proc") / std::to_string(pid);
}

bool waitForEnd(int pid, int milliseconds) {
    const int watched = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    pollfd polled{watched, POLLIN, 0};
    const bool ended = watched < 0 || ::poll(&polled, 1, milliseconds) == 1;
    ::close(watched);
    return ended;
}

}  // namespace

Process::Process(const std::vector<std::string>& words, const fs::path& log) {
    const SpawnSettings settings(log);
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    if (const int error = ::posix_spawn(&_pid, arguments[0], &settings.actions, nullptr, arguments.data(), environ)) {
        throw std::system_error(error, std::generic_category(), "starting " + words[0]);
    }
}

Process::~Process() {
    ::kill(_pid, SIGTERM);
    if (!waitForEnd(_pid, stopMilliseconds)) {
        ::kill(_pid, SIGKILL);
    }
    ::waitpid(_pid, nullptr, 0);
}

double Process::peakResidentMib() const {
    return static_cast<double>(numberIn(procFolder(_pid) / "status", "VmHWM:")) / 1024;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "aip-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    _path = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(_path, ignored);
}

fs::path ownFolder() {
    return fs::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace aip::bench

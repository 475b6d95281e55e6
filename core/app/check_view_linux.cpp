#include "app/check_view.h"
#include "app/platform.h"
#include "app/state_directory.h"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr const char* runtimeFolder = "/run/aip-agent";

struct Runner {
    uid_t user;
    gid_t group;
    std::string name;  ///< or its number
    std::string home{};
};

Runner runnerOf(uid_t user, gid_t group) {
    const passwd* const entry = ::getpwuid(user);
    return entry == nullptr ? Runner{user, group, std::to_string(user)}
                            : Runner{user, entry->pw_gid, entry->pw_name, entry->pw_dir};
}

/// Root's: there is none, or its owner is root.
Runner ownerOf(const std::filesystem::path& folder) {
    struct stat status {};
    const bool there = !folder.empty() && ::stat(folder.c_str(), &status) == 0;
    return there && status.st_uid != 0 ? runnerOf(status.st_uid, status.st_gid) : Runner{0, 0, "root"};
}

/// All but one of root's rights are given up, in a way that an exec() gives up that, too. Root in a container may lack
/// that one.
bool become(const Runner& runner) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3] = {};
    if (::syscall(SYS_capget, &header, rights) != 0) {
        return false;
    }
    const std::uint32_t reading = rights[0].permitted & (1U << CAP_DAC_READ_SEARCH);
    rights[0] = {reading, reading, 0};
    rights[1] = {0, 0, 0};
    const bool grouped =
        runner.home.empty() ? ::setgroups(0, nullptr) == 0 : ::initgroups(runner.name.c_str(), runner.group) == 0;
    return grouped && ::prctl(PR_SET_KEEPCAPS, 1) == 0 && ::setresgid(runner.group, runner.group, runner.group) == 0 &&
           ::setresuid(runner.user, runner.user, runner.user) == 0 && ::syscall(SYS_capset, &header, rights) == 0;
}

/// As systemd sets them for the unit.
void takeFolders(const Runner& runner, const std::filesystem::path& state) {
    ::setenv("STATE_DIRECTORY", state.c_str(), 0);
    std::error_code absent;
    if (std::filesystem::is_directory(runtimeFolder, absent)) {
        ::setenv("RUNTIME_DIRECTORY", runtimeFolder, 0);
    }
    if (!runner.home.empty()) {
        ::setenv("HOME", runner.home.c_str(), 1);
        ::setenv("USER", runner.name.c_str(), 1);
        ::setenv("LOGNAME", runner.name.c_str(), 1);
    }
}

}  // namespace

Result<std::string> takeViewOfRunner(const std::string& wanted) {
    const auto named = findUser(wanted);
    if (!named && !wanted.empty()) {
        return Error(Code::invalid, "--user: there is no user '" + wanted + "'");
    }
    if (!hasAllRights()) {
        return named && named->first != ::geteuid()
                   ? Result<std::string>(Error(Code::invalid, "--user: only root can check as another user"))
                   : Result<std::string>(std::string());
    }
    const auto state = stateDirectory(Settings());
    const Runner runner = named ? runnerOf(named->first, named->second) : ownerOf(state);
    if (runner.user == 0) {
        return std::string();
    }
    takeFolders(runner, state);
    if (!become(runner)) {
        return Error(Code::denied,
                     "--user: cannot become " + runner.name + ": " + std::strerror(errno) + "; as root: --user=root");
    }
    return "checked as the user " + runner.name +
           (named ? std::string() : ", to whom " + state.string() + " belongs; as root: --user=root");
}

}  // namespace aip::app

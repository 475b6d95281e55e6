#include "app/platform.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include <pwd.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

/// Without a /proc, as it was called: plugins do not run then, and what is said of that must not be about other places.
std::filesystem::path executable() {
    std::error_code failed;
    const auto known = std::filesystem::read_symlink("/proc/self/exe", failed);
    const auto* called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    return failed && called != nullptr ? std::filesystem::weakly_canonical(called, failed) : known;
}

std::filesystem::path installed() {
    return executable().parent_path().parent_path() / "lib" / "aip-agent";
}

}  // namespace

std::string_view platformName() {
    return "linux";
}

std::filesystem::path installedPlugins() {
    return installed() / "plugins";
}

std::filesystem::path installedRunner() {
    return installed() / "aip-plugin-runner";
}

bool hasAllRights() {
    return ::geteuid() == 0;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> findUser(const std::string& name) {
    std::uint32_t number = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool isNumber = problem == std::errc() && end == name.data() + name.size();
    const passwd* entry = isNumber ? ::getpwuid(number) : ::getpwnam(name.c_str());
    if (entry != nullptr) {
        return std::pair(entry->pw_uid, entry->pw_gid);
    }
    return isNumber && number < ~0U ? std::optional(std::pair(number, number)) : std::nullopt;
}

void allowTracing(bool allowed) {
    ::prctl(PR_SET_DUMPABLE, allowed ? 1 : 0);
}

/// Beside allowTracing(): that may be on. 1, not 0: the kernel hands a dump to a pipe in core_pattern whatever the
/// limit, except 1; and a file needs at least a page.
void forbidCoreDumps() {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1);
    ::setrlimit(RLIMIT_CORE, &limit);
}

void allowManyDescriptors() {
    static constexpr rlim_t enough = 65'536;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, enough));
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void narrowUmask(unsigned mask) {
    const mode_t current = ::umask(0777);
    ::umask(current | mask);
}

}  // namespace aip::app

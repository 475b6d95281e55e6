#include "app/platform.h"

#include <algorithm>
#include <system_error>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

std::filesystem::path installed() {
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return folder.parent_path() / "lib" / "aip-agent";
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

/// The limit is simpler than marking every page that may hold a secret, and unlike PR_SET_DUMPABLE it leaves /proc to
/// the operator. 1, not 0: the kernel hands a dump to a pipe in core_pattern whatever the limit, except 1; and a file
/// needs at least a page.
void forbidCoreDumps() {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1);
    ::setrlimit(RLIMIT_CORE, &limit);
}

void narrowUmask(unsigned mask) {
    const mode_t current = ::umask(0777);
    ::umask(current | mask);
}

}  // namespace aip::app

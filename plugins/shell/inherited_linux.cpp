#include "inherited.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace aip::shell {

namespace {

constexpr std::size_t smallestShare = std::size_t{64} << 20U;

bool isForEveryPlugin(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names{"PATH", "LANG", "TZ", "HOME", "TMPDIR"};
    return name.starts_with("LC_") || std::ranges::find(names, name) != names.end();
}

bool has(const std::vector<std::string>& environment, std::string_view prefix) {
    return std::ranges::any_of(environment, [&](const std::string& variable) { return variable.starts_with(prefix); });
}

}  // namespace

std::vector<std::string> inheritedEnvironment(bool ofAgent) {
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view whole(*variable);
        if (!ofAgent || isForEveryPlugin(whole.substr(0, whole.find('=')))) {
            environment.emplace_back(whole);
        }
    }
    if (!has(environment, "PATH=")) {
        environment.emplace_back("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
    }
    if (!has(environment, "LANG=")) {
        environment.emplace_back("LANG=C.UTF-8");
    }
    return environment;
}

std::size_t memoryShare(std::size_t programs) {
    rlimit limits{};
    if (::getrlimit(RLIMIT_DATA, &limits) != 0 || limits.rlim_cur == RLIM_INFINITY) {
        return 0;
    }
    return std::min<std::size_t>(limits.rlim_cur, std::max<std::size_t>(limits.rlim_cur / programs, smallestShare));
}

}  // namespace aip::shell

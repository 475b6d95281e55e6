#include "runner/signal_scope_linux.h"

#include "base/landlock.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/syscall.h>
#include <unistd.h>

namespace aip::runner {
namespace {

// Of linux/landlock.h with ABI 6 (Linux 6.12); that of Debian 12 ends at ABI 2.
struct RulesetAttributes {
    std::uint64_t handledAccessFs;
    std::uint64_t handledAccessNet;
    std::uint64_t scoped;
};
constexpr std::uint64_t scopeAbstractUnixSocket = 1U << 0U;
constexpr std::uint64_t scopeSignal = 1U << 1U;

std::string because(int error) {
    return std::string("Landlock: ") + std::strerror(error);
}

}  // namespace

std::string scopeSignals() {
    const int version = base::landlockVersion();
    if (version == 0) {
        return because(errno);
    }
    if (version < base::landlockWithScopes) {
        return "Landlock of this kernel has ABI " + std::to_string(version) + ", it needs " +
               std::to_string(base::landlockWithScopes);
    }
    const RulesetAttributes attributes{0, 0, scopeAbstractUnixSocket | scopeSignal};
    const long rules = ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (rules < 0) {
        return because(errno);
    }
    const bool done = ::syscall(SYS_landlock_restrict_self, static_cast<int>(rules), 0) == 0;
    const int error = errno;
    ::close(static_cast<int>(rules));
    return done ? std::string() : because(error);
}

}  // namespace aip::runner

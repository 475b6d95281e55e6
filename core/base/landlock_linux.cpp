#include "base/landlock.h"

#include <algorithm>

#include <sys/syscall.h>
#include <unistd.h>

namespace aip::base {

int landlockVersion() {
    static constexpr unsigned versionFlag = 1U << 0U;
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, versionFlag);
    return static_cast<int>(std::max(version, 0L));
}

}  // namespace aip::base

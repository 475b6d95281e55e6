#include "runner/limits_linux.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace aip::runner {
namespace {

// Memory that sanitizers reserve counts as data.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memoryCanBeLimited = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool memoryCanBeLimited = false;
#else
constexpr bool memoryCanBeLimited = true;
#endif
#else
constexpr bool memoryCanBeLimited = true;
#endif

/// `soft` may be less than `hard`: where the system warns before it kills.
void limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
    rlimit now{};
    ::getrlimit(resource, &now);
    const rlimit wanted{std::min<rlim_t>(now.rlim_max, soft), std::min<rlim_t>(now.rlim_max, hard)};
    ::setrlimit(resource, &wanted);
}

void beFirstToBeKilled() {
    static constexpr std::string_view score = "500";
    const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        [[maybe_unused]] const auto written = ::write(file, score.data(), score.size());
        ::close(file);
    }
}

}  // namespace

void limitThisProcess(const link::Start& start, bool countsAlone) {
    if (start.debuggable == 0) {
        limit(RLIMIT_CORE, 1, 1);  // not 0: that would not stop a dump that is piped to a program
    }
    if (start.memory > 0 && memoryCanBeLimited) {
        limit(RLIMIT_DATA, start.memory, start.memory);
    }
    if (start.cpuSeconds > 0) {
        limit(RLIMIT_CPU, start.cpuSeconds, start.cpuSeconds + 1);
    }
    if (start.files > 0) {
        limit(RLIMIT_NOFILE, start.files, start.files);
    }
    if (start.processes > 0 && countsAlone) {
        // The agent kills who has more than `processes`. The system must stop a fork bomb well above that: it counts
        // forks that are about to fail, too, and so would keep the bomb below it.
        const std::uint64_t most = start.processes + start.processes / 2;
        limit(RLIMIT_NPROC, most, most);
    }
    beFirstToBeKilled();
}

}  // namespace aip::runner

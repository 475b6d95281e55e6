#include "app/process_usage.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

namespace aip::app {
namespace {

double secondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t openDescriptors() {
    std::error_code failed;
    const std::filesystem::directory_iterator all("/proc/self/fd", failed);
    return failed ? 0 : static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

}  // namespace

ProcessUsage processUsage() {
    ProcessUsage usage;
    std::uint64_t pages = 0;
    std::uint64_t resident = 0;
    if (std::ifstream("/proc/self/statm") >> pages >> resident) {
        const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        usage.virtualBytes = pages * size;
        usage.residentBytes = resident * size;
    }
    usage.descriptors = openDescriptors();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    usage.mostDescriptors = limit.rlim_cur;
    rusage times{};
    ::getrusage(RUSAGE_SELF, &times);
    usage.processorSeconds = secondsOf(times.ru_utime) + secondsOf(times.ru_stime);
    return usage;
}

}  // namespace aip::app

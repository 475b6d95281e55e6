#include "process_tree.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace aip::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;

constexpr double bytesPerMib = 1UL << 20U;
constexpr double kibPerMib = 1UL << 10U;
constexpr std::chrono::milliseconds lookInterval{1};

fs::path folderOf(int process) {
    return fs::path("/proc") / std::to_string(process);
}

/// Processes end while they are looked at: what cannot be read is left out.
template <typename Use>
void forEachEntry(const fs::path& folder, Use use) {
    std::error_code gone;
    for (fs::directory_iterator each(folder, gone); !gone && each != fs::directory_iterator(); each.increment(gone)) {
        use(each->path());
    }
}

/// The number after `name` in a file that has a "Name: number" per line.
std::optional<double> numberAfter(std::string_view name, const std::string& text) {
    const std::size_t at = text.find("\n" + std::string(name));
    return at == std::string::npos ? std::nullopt
                                   : std::optional(std::strtod(text.c_str() + at + 1 + name.size(), nullptr));
}

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << '\n' << std::ifstream(file).rdbuf();
    return std::move(text).str();
}

void addTree(int process, std::vector<int>& found) {
    found.push_back(process);
    forEachEntry(folderOf(process) / "task", [&found](const fs::path& thread) {
        std::ifstream children(thread / "children");
        for (int child = 0; children >> child;) {
            addTree(child, found);
        }
    });
}

nanoseconds ownTime(int process) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        return {};
    }
    return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

/// proc(5): cutime and cstime are the 14th and 15th field after the name, which may hold anything.
nanoseconds timeOfWaitedFor(int process) {
    constexpr int before = 13;
    const std::string text = textOf(folderOf(process) / "stat");
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string skipped;
    for (int i = 0; i < before; ++i) {
        fields >> skipped;
    }
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    return nanoseconds(std::chrono::seconds(1)) * (user + system) / ::sysconf(_SC_CLK_TCK);
}

/// Bytes of the anonymous files that the processes have open, each once.
double sharedBytes(const std::vector<int>& processes) {
    std::set<std::pair<dev_t, ino_t>> seen;
    double bytes = 0;
    for (const int process : processes) {
        forEachEntry(folderOf(process) / "fd", [&](const fs::path& entry) {
            std::error_code gone;
            struct stat status {};
            if (fs::read_symlink(entry, gone).string().starts_with("/memfd:") && ::stat(entry.c_str(), &status) == 0 &&
                seen.emplace(status.st_dev, status.st_ino).second) {
                bytes += static_cast<double>(status.st_blocks) * 512;
            }
        });
    }
    return bytes;
}

}  // namespace

ProcessTree::ProcessTree(int root) {
    addTree(root, _processes);
}

nanoseconds ProcessTree::processorTime() const {
    nanoseconds sum{};
    for (const int process : _processes) {
        sum += ownTime(process) + timeOfWaitedFor(process);
    }
    return sum;
}

std::uint64_t ProcessTree::wakeUps() const {
    double sum = 0;
    for (const int process : _processes) {
        forEachEntry(folderOf(process) / "task", [&sum](const fs::path& thread) {
            sum += numberAfter("voluntary_ctxt_switches:", textOf(thread / "status")).value_or(0);
        });
    }
    return static_cast<std::uint64_t>(sum);
}

TreeMemory ProcessTree::memory() const {
    TreeMemory sum;
    for (const int process : _processes) {
        const std::string text = textOf(folderOf(process) / "smaps_rollup");
        const auto number = [&text](std::string_view name) { return numberAfter(name, text).value_or(std::nan("")); };
        if (fs::exists(folderOf(process))) {
            sum.resident += number("Rss:") / kibPerMib;
            sum.proportional += (number("Pss_Anon:") + number("Pss_File:")) / kibPerMib;
            sum.own += (number("Private_Clean:") + number("Private_Dirty:")) / kibPerMib;
        }
    }
    sum.proportional += sharedBytes(_processes) / bytesPerMib;
    return sum;
}

PeakWatch::PeakWatch(int root)
    : _thread([this, root] {
          while (!_over) {
              _highest = std::fmax(_highest, ProcessTree(root).memory().proportional);
              std::this_thread::sleep_for(lookInterval);
          }
      }) {}

double PeakWatch::mib() {
    _over = true;
    if (_thread.joinable()) {
        _thread.join();
    }
    return _highest;
}

}  // namespace aip::bench

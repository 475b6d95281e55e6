#include "base/descriptor.h"
#include "plugins/family_size.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

namespace aip::plugins {
namespace {

/// Of the processor: those that are counted may leave us little of it.
constexpr std::chrono::milliseconds longestCount{100};

std::chrono::nanoseconds processorTime() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

/// Adds the children that a thread has made: "12 345 ".
void addChildren(const std::string& thread, std::vector<int>& family) {
    const base::Descriptor list(::open((thread + "/children").c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> piece{};
    int process = 0;
    for (ssize_t size = 1; list && (size = ::read(list.get(), piece.data(), piece.size())) > 0;) {
        std::for_each(piece.begin(), piece.begin() + size, [&](char letter) {
            if (letter == ' ') {
                family.push_back(process);
            }
            process = letter == ' ' ? 0 : process * 10 + (letter - '0');
        });
    }
}

/// The number of threads of a process; adds the children of each.
std::uint64_t addThreads(int process, std::vector<int>& family) {
    const std::string folder = "/proc/" + std::to_string(process) + "/task";
    std::uint64_t count = 0;
    DIR* threads = ::opendir(folder.c_str());
    while (const dirent* entry = threads == nullptr ? nullptr : ::readdir(threads)) {
        if (std::strtol(entry->d_name, nullptr, 10) > 0) {
            ++count;
            addChildren(folder + "/" + entry->d_name, family);
        }
    }
    if (threads != nullptr) {
        ::closedir(threads);
    }
    return count;
}

}  // namespace

std::uint64_t familySize(int ancestor, std::uint64_t most) {
    const auto limit = processorTime() + longestCount;
    std::vector<int> family{ancestor};
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < family.size() && count <= most; ++i) {
        count += addThreads(family[i], family);
        if (processorTime() > limit) {
            break;
        }
    }
    return count;
}

}  // namespace aip::plugins

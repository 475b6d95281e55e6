#include "footprint.h"

#include <filesystem>
#include <fstream>
#include <numeric>
#include <string_view>
#include <system_error>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;

fs::path folderOf(pid_t process) {
    return fs::path("/proc") / std::to_string(process);
}

/// The number behind `key` in a file of lines "key: number ..."; 0 without it.
std::size_t numberIn(const fs::path& file, std::string_view key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key)) {
            return std::stoul("0" + line.substr(line.find_first_of("0123456789", key.size())));
        }
    }
    return 0;
}

/// "pid (name) state parent ...": the name may hold anything.
bool isChildOf(const fs::path& folder, pid_t parent) {
    std::ifstream in(folder / "stat");
    std::string line;
    std::getline(in, line);
    const auto behind = line.rfind(')');
    return behind != std::string::npos && behind + 4 < line.size() &&
           line.substr(behind + 4).starts_with(std::to_string(parent) + " ");
}

std::size_t childrenOf(pid_t process) {
    std::size_t count = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        count += name.find_first_not_of("0123456789") == std::string::npos && isChildOf(entry.path(), process) ? 1 : 0;
    }
    return count;
}

std::map<std::string, std::size_t> filesOf(pid_t process) {
    std::map<std::string, std::size_t> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folderOf(process) / "fd", ignored)) {
        const std::string target = fs::read_symlink(entry.path(), ignored);
        if (!target.empty() && !target.starts_with("/proc/" + std::to_string(process) + "/")) {  // not this listing
            ++files[target];
        }
    }
    return files;
}

}  // namespace

std::size_t Footprint::descriptors() const {
    return std::accumulate(files.begin(), files.end(), std::size_t{0},
                           [](std::size_t sum, const auto& file) { return sum + file.second; });
}

Footprint footprintOf(pid_t process) {
    const auto status = folderOf(process) / "status";
    return {numberIn(status, "RssAnon:") * 1024, numberIn(status, "Threads:"), childrenOf(process), filesOf(process)};
}

}  // namespace aip::tool

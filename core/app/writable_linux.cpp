#include "app/writable.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace aip::app {
namespace {

/// There root may do anything, but nobody makes a file.
constexpr long kernelFileSystems[] = {PROC_SUPER_MAGIC,   SYSFS_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                                      DEBUGFS_MAGIC,      TRACEFS_MAGIC,  SECURITYFS_MAGIC,   BPF_FS_MAGIC,
                                      DEVPTS_SUPER_MAGIC, EFIVARFS_MAGIC, PSTOREFS_MAGIC,     SELINUX_MAGIC,
                                      NSFS_MAGIC,         BINFMTFS_MAGIC};

bool isOfTheKernel(const std::filesystem::path& place) {
    struct statfs system {};
    return ::statfs(place.c_str(), &system) == 0 &&
           std::ranges::find(kernelFileSystems, static_cast<long>(system.f_type)) != std::end(kernelFileSystems);
}

std::string obstacleAt(const std::filesystem::path& place, int access) {
    if (isOfTheKernel(place)) {
        return place.string() + ": lies in a file system of the kernel, which keeps no files";
    }
    return ::access(place.c_str(), access) == 0
               ? ""
               : place.string() + ": " + std::error_code(errno, std::generic_category()).message();
}

}  // namespace

std::string obstacleToFile(const std::filesystem::path& file) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (status.type() == std::filesystem::file_type::not_found) {
        return file.has_filename() ? obstacleToFolder(file.parent_path()) : file.string() + ": the name of a folder";
    }
    return std::filesystem::is_directory(status) ? file.string() + ": is a folder" : obstacleAt(file, W_OK);
}

std::string obstacleToFolder(const std::filesystem::path& folder) {
    std::error_code failed;
    const auto status = std::filesystem::status(folder, failed);
    if (status.type() == std::filesystem::file_type::not_found && folder.has_relative_path()) {
        return obstacleToFolder(folder.parent_path());
    }
    return std::filesystem::exists(status) && !std::filesystem::is_directory(status)
               ? folder.string() + ": not a folder"
               : obstacleAt(folder, W_OK | X_OK);
}

}  // namespace aip::app

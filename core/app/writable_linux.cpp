#include "app/writable.h"
#include "base/output_file.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string>
#include <system_error>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace aip::app {

using base::Code;
using base::Error;
using base::Result;

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

Result<void> checkPlace(const std::filesystem::path& place, int access) {
    if (isOfTheKernel(place)) {
        return Error(Code::invalid, place.string() + ": lies in a file system of the kernel, which keeps no files");
    }
    return ::access(place.c_str(), access) == 0
               ? Result<void>()
               : Error(Code::denied, place.string() + ": " + std::error_code(errno, std::generic_category()).message());
}

Result<void> checkAccessOf(const std::filesystem::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return Error(Code::denied, folder.string() +
                                       ": others have access to it; chmod 700 it, or name a folder that is "
                                       "not there: it is made");
    }
    return status.st_uid == ::geteuid() ? Result<void>()
                                        : Error(Code::denied, folder.string() + ": belongs to another user, " +
                                                                  std::to_string(status.st_uid) + "; chown it");
}

}  // namespace

Result<void> checkWritableFile(const std::filesystem::path& file, base::Links links) {
    if (auto checked = base::checkOutput(file, links); !checked) {
        return checked;
    }
    std::error_code failed;
    const auto end = base::endOfLinks(file);
    return std::filesystem::exists(end, failed) ? checkPlace(end, W_OK) : checkPlace(end.parent_path(), W_OK | X_OK);
}

Result<void> checkPrivateFolder(const std::filesystem::path& folder) {
    if (auto checked = base::checkOutputFolder(folder); !checked) {
        return checked;
    }
    std::error_code failed;
    if (!std::filesystem::exists(folder, failed)) {
        const auto named = folder.has_filename() ? folder : folder.parent_path();
        return checkPlace(named.parent_path(), W_OK | X_OK);
    }
    auto place = checkPlace(folder, W_OK | X_OK);
    return place ? checkAccessOf(folder) : std::move(place);
}

Result<void> checkStateFolder(const std::filesystem::path& folder) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(folder, failed);
    if (failed) {
        const auto named = folder.has_filename() ? folder : folder.parent_path();
        auto made = base::checkOutputFolder(named);
        return made ? checkPlace(named.parent_path(), W_OK | X_OK) : std::move(made);
    }
    if (auto checked = base::checkOutputFolder(real); !checked) {
        return checked;
    }
    const auto plugins = real / "plugins";
    return checkPlace(std::filesystem::exists(plugins, failed) ? plugins : real, W_OK | X_OK);
}

}  // namespace aip::app

#include "app/audit_trail.h"
#include "app/resource_check.h"
#include "app/state_directory.h"

#include <filesystem>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace aip::app {
namespace {

namespace fs = std::filesystem;

/// A place where the agent writes, and the key that names it.
struct Written {
    const char* key;
    fs::path folder;
};

std::vector<Written> writtenPlaces(const Settings& settings) {
    const auto& transfer = settings.session.transfer;
    return {{"state.directory", stateDirectory(settings)},
            {"log.file", fs::path(settings.log.file).parent_path()},
            {"audit.file", settings.audit.enabled ? auditFile(settings).parent_path() : fs::path()},
            {"transfer.inbox", transfer.receive ? fs::path(transfer.inbox) : fs::path()}};
}

/// What is there of it: the folder itself may be made later.
fs::path existing(fs::path folder) {
    std::error_code failed;
    while (!folder.empty() && !fs::exists(folder, failed) && folder != folder.parent_path()) {
        folder = folder.parent_path();
    }
    return folder;
}

/// None if the file system does not say. One that does not count files has enough of them.
std::optional<Space> spaceAt(const fs::path& folder) {
    struct statvfs system {};
    if (::statvfs(folder.c_str(), &system) != 0 || system.f_blocks == 0) {
        return std::nullopt;
    }
    return Space{std::uint64_t{system.f_bavail} * system.f_frsize,
                 system.f_files == 0 ? std::numeric_limits<std::uint64_t>::max() : system.f_favail};
}

void checkSpace(const Settings& settings, Findings& findings) {
    std::set<dev_t> seen;
    for (const auto& [key, folder] : writtenPlaces(settings)) {
        const auto place = existing(folder);
        struct stat status {};
        if (place.empty() || ::stat(place.c_str(), &status) != 0 || !seen.insert(status.st_dev).second) {
            continue;
        }
        if (const auto left = spaceAt(place); left && isLittle(*left)) {
            const std::string origin = settings.originOf(key);
            findings.add({Found::littleSpace, origin, origin.empty() ? "" : key,
                          place.string() + ": " + std::to_string(left->bytes >> 20U) + " MiB and " +
                              std::to_string(left->files) + " files are left"});
        }
    }
}

void checkDescriptors(Findings& findings) {
    struct rlimit limit {};
    std::error_code failed;
    const fs::directory_iterator open("/proc/self/fd", failed);
    if (failed || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    const auto used = static_cast<std::uint64_t>(std::distance(begin(open), end(open)));
    if (limit.rlim_cur < used + fewestDescriptors) {
        findings.add({Found::fewDescriptors, "", "",
                      std::to_string(used) + " of " + std::to_string(limit.rlim_cur) + " descriptors are in use"});
    }
}

}  // namespace

bool isLittle(const Space& left) {
    return left.bytes < leastSpace.bytes || left.files < leastSpace.files;
}

Findings checkResources(const Settings& settings) {
    Findings findings;
    checkSpace(settings, findings);
    checkDescriptors(findings);
    return findings;
}

}  // namespace aip::app

#include "refused.h"
#include "tree.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

namespace aip::shell {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxEntries = 500'000;

bool isOneOf(const struct stat& status, const std::vector<DeniedFile>& files) {
    const Identity identity{status.st_dev, status.st_ino};
    return std::ranges::find(files, identity, &DeniedFile::identity) != files.end();
}

[[noreturn]] void refuse(const std::string& top) {
    throw Refused("'" + top +
                  "' must not be searched: a denied file has several names, and they cannot all be found there. "
                  "Name a smaller directory");
}

void addHardLinks(std::vector<std::string>& names, const std::string& top, const std::vector<DeniedFile>& files) {
    std::size_t count = 0;
    std::error_code error;
    fs::recursive_directory_iterator at(top, fs::directory_options::skip_permission_denied, error);
    if (error == std::errc::not_a_directory || error == std::errc::no_such_file_or_directory) {
        return;
    }
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        struct stat status {};
        if (++count > maxEntries) {
            refuse(top);
        }
        if (::lstat(at->path().c_str(), &status) == 0 && S_ISREG(status.st_mode) && isOneOf(status, files)) {
            names.push_back(asPattern(nameOf(at->path().native())));
        }
    }
    if (error) {
        refuse(top);
    }
}

/// What `top` shows of `place`, if anything: `file` itself, or `top` as a whole.
void addPlace(std::vector<std::string>& names, const Place& file, const Place& shown, const std::string& top) {
    if (isWithin(shown, file)) {
        names.push_back(asPattern(nameOf(top)));
    } else if (isWithin(file, shown)) {
        names.push_back(asPattern(nameOf(file.path)));
    }
}

}  // namespace

std::vector<std::string> otherNamesBelow(const std::string& top, const std::vector<DeniedFile>& files,
                                         const Mounts& mounts) {
    std::vector<std::string> names;
    auto shown = mounts.below(top);
    shown.push_back({top, {}, mounts.placeOf(top)});
    for (const auto& mount : shown) {
        if (mount.type == "proc") {
            names.push_back(asPattern(nameOf(mount.path)));
        }
        for (const auto& file : files) {
            addPlace(names, mounts.placeOf(file.real), mount.root, mount.path);
        }
    }
    if (std::ranges::any_of(files, &DeniedFile::hasOtherNames)) {
        addHardLinks(names, top, files);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace aip::shell

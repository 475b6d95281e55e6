#include "paths.h"
#include "refused.h"
#include "tree.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace aip::shell {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Refused("'" + path + "' must not be read: " + reason);
}

void checkType(const Descriptor& file, const std::string& path, Paths::Type type) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        refuse(path, std::strerror(errno));
    }
    const bool directory = S_ISDIR(status.st_mode) && type == Paths::Type::fileOrDirectory;
    if (!S_ISREG(status.st_mode) && !directory) {
        refuse(path, type == Paths::Type::file ? "it is not a regular file" : "it is neither a file nor a directory");
    }
}

[[noreturn]] void refuseDirectory(const std::string& path, const std::string& reason) {
    throw Refused("Invalid working directory: " + path + ": " + reason + ".");
}

ResolvedPath resolvedDirectory(const std::string& path) {
    try {
        return resolve(path);
    } catch (const Refused& refused) {
        throw Refused(std::string("Invalid working directory: ") + refused.what());
    }
}

}  // namespace

const std::vector<DeniedFile>& Paths::existing() const {
    if (!_existing) {
        _existing = _denied.existing();
    }
    return *_existing;
}

const Mounts& Paths::mounts() const {
    if (!_mounts) {
        _mounts.emplace();
    }
    return *_mounts;
}

bool Paths::isDenied(const ResolvedPath& path) const {
    const auto isPassed = [&path](const DeniedFile& file) {
        return std::ranges::find(path.passed, file.identity) != path.passed.end();
    };
    const auto liesWithin = [this, place = mounts().placeOf(path.real())](const DeniedFile& file) {
        return isWithin(place, mounts().placeOf(file.real));
    };
    return std::ranges::any_of(path.forms, [this](const std::string& form) { return _denied.matches(form); }) ||
           std::ranges::any_of(existing(), isPassed) || std::ranges::any_of(existing(), liesWithin);
}

ResolvedPath Paths::readable(const std::string& path, Type type) const {
    auto resolved = resolve(_directory, path);
    if (isDenied(resolved)) {
        refuse(path, "it is on the list of denied paths");
    }
    if (resolved.end) {
        checkType(resolved.end, path, type);
    }
    return resolved;
}

void Paths::checkReadable(const std::string& path, Type type) const {
    readable(path, type);
}

std::vector<std::string> Paths::hiddenBelow(const std::string& path) const {
    const auto top = readable(path, Type::fileOrDirectory).real();
    if (isWithin(top, "/proc")) {
        refuse(path, "/proc cannot be searched as a tree");
    }
    auto names = _denied.namesBelow(top);
    const auto more = otherNamesBelow(top, existing(), mounts());
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

ResolvedPath openDirectory(const std::string& path) {
    if (!path.starts_with('/')) {
        refuseDirectory("'" + path + "'", "it is not an absolute path");
    }
    auto directory = resolvedDirectory(path);
    struct stat status {};
    if (!directory.end) {
        refuseDirectory(path, "there is none, or it is out of reach");
    }
    if (::fstat(directory.end.get(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        refuseDirectory(path, std::strerror(ENOTDIR));
    }
    return directory;
}

}  // namespace aip::shell

#include "base/output_file.h"
#include "base/shortage.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace aip::base {
namespace {

namespace fs = std::filesystem;

constexpr int mostLinks = 40;  ///< as the kernel follows

std::string kindOf(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return "a plain file";
        case S_IFDIR:
            return "a folder";
        case S_IFLNK:
            return "a symbolic link";
        case S_IFIFO:
            return "a pipe";
        case S_IFSOCK:
            return "a socket";
        default:
            return "a device";
    }
}

Error isNot(const fs::path& path, mode_t mode, const std::string& wanted) {
    return {Code::invalid, path.string() + ": " + kindOf(mode) + ", not " + wanted};
}

/// The folder in which `path` would be made.
Result<void> checkParent(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0) {
        return S_ISDIR(status.st_mode) ? Result<void>()
                                       : Error(Code::invalid, path.string() + ": " + folder.string() + " is " +
                                                                  kindOf(status.st_mode) + ", not a folder");
    }
    return errno != ENOENT && errno != ENOTDIR
               ? Result<void>()
               : Error(Code::notFound,
                       path.string() + ": there is no folder " + folder.string() + "; make it, or mend the path");
}

Error notOpened(const fs::path& file) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    const bool little = isShortage(errno) || errno == ENOSPC || errno == EDQUOT;
    return {absent   ? Code::notFound
            : little ? Code::exhausted
                     : Code::denied,
            file.string() + ": " + std::strerror(errno)};
}

}  // namespace

fs::path endOfLinks(fs::path file) {
    std::error_code none;
    for (int i = 0; i < mostLinks; ++i) {
        const auto next = fs::read_symlink(file, none);
        if (none) {
            break;
        }
        file = file.parent_path() / next;
    }
    return file;
}

Result<void> checkOutput(const fs::path& file, Links links) {
    struct stat status {};
    const auto look = links == Links::follow ? ::stat : ::lstat;
    if (look(file.c_str(), &status) == 0) {
        return S_ISREG(status.st_mode) ? Result<void>() : isNot(file, status.st_mode, "a plain file");
    }
    if (errno == ELOOP) {
        return Error(Code::invalid, file.string() + ": a symbolic link that leads nowhere");
    }
    const fs::path end = endOfLinks(file);
    return end.has_filename() ? checkParent(end) : Error(Code::invalid, end.string() + ": the name of a folder");
}

Result<void> checkOutputFolder(const fs::path& folder) {
    const fs::path named = folder.has_filename() ? folder : folder.parent_path();
    struct stat status {};
    if (::lstat(named.c_str(), &status) == 0) {
        return S_ISDIR(status.st_mode) ? Result<void>() : isNot(named, status.st_mode, "a folder");
    }
    return checkParent(named);
}

Result<Descriptor> openOutput(const fs::path& file, const OutputRule& rule) {
    if (auto checked = checkOutput(file, rule.links); !checked) {
        return std::move(checked).error();
    }
    const int use = rule.append ? O_WRONLY | O_APPEND : O_RDWR;
    const int noFollow = rule.links == Links::refuse ? O_NOFOLLOW : 0;
    Descriptor opened(::open(file.c_str(), use | noFollow | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, rule.mode));
    struct stat status {};
    if (!opened || ::fstat(opened.get(), &status) != 0) {
        return notOpened(file);
    }
    return S_ISREG(status.st_mode) ? Result<Descriptor>(std::move(opened))
                                   : isNot(file, status.st_mode, "a plain file");
}

Result<Descriptor> openOwnOutput(const fs::path& file) {
    auto opened = openOutput(file, {.mode = S_IRUSR | S_IWUSR, .links = Links::refuse});
    if (!opened) {
        return opened;
    }
    const auto checked = checkAccess(*opened, file, Access::onlyOursWrite);
    return checked ? std::move(opened) : checked.error();
}

Result<Descriptor> keepOutput(const fs::path& file) {
    const fs::path name = file.string() + ".lock";
    auto lock = openOwnOutput(name);
    if (lock && ::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? Error(Code::state, file.string() + ": another process writes it")
                                    : notOpened(name);
    }
    return lock;
}

}  // namespace aip::base

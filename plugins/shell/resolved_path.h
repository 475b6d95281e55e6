#pragma once

#include "descriptor.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace aip::shell {

/// A file or directory, whatever its names.
struct Identity {
    dev_t device;
    ino_t inode;

    auto operator<=>(const Identity&) const = default;
};

/// Where a path leads at this moment, and by which names.
struct ResolvedPath {
    /// Absolute, without ".", ".." and "//": as it was written, as each link on the way changed it, and last the path
    /// without links. What is missing stands there as text.
    std::vector<std::string> forms;
    /// Every file and directory on the way, the end included.
    std::vector<Identity> passed;
    /// Opened with O_PATH. None: some component is missing, or cannot be reached by this user.
    Descriptor end;

    const std::string& real() const { return forms.back(); }
};

/// Walks `path` component by component, reading the links itself. Throws Refused for a NUL or too long a path, too many
/// links, ".." after a missing component, the links of the kernel's own making (/proc/N/root, fd, cwd), a proc file
/// system that is not at /proc, and any failure that is not plainly "missing".
ResolvedPath resolve(const std::string& absolutePath);

/// The same for a path that may be relative to `directory`.
ResolvedPath resolve(const ResolvedPath& directory, const std::string& path);

/// The working directory of this process. If it has been deleted, nothing is resolved from it.
ResolvedPath currentDirectory();

/// An absolute path as text alone: without ".", "//" and a slash at its end, ".." taken back.
std::string cleanPath(std::string_view path);

/// Whether `path` is `directory` or below it. Both absolute and clean.
bool isWithin(std::string_view path, std::string_view directory);

}  // namespace aip::shell

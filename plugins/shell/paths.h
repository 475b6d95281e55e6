#pragma once

#include "denied.h"
#include "mounts.h"
#include "resolved_path.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::shell {

/// The paths of one command, seen from its directory: which of them its program may be pointed at to read them.
/// (Names, sizes and dates are open to all: ls, stat, find.)
///
/// A path is judged by every form that it takes on its way (resolved_path.h), at the moment of asking: none of them may
/// be denied, nothing on the way may be a denied file by its identity, and at the end is a regular file or a directory.
/// For one thread; `denied` and `directory` must outlive it.
class Paths {
  public:
    enum class Type { fileOrDirectory, file };

    Paths(const Denied& denied, const ResolvedPath& directory) : _denied(denied), _directory(directory) {}

    /// Throws Refused if `path` must not be read. One that is not there, or that nobody in our place can reach, passes
    /// if its text does: the program itself says so better.
    void checkReadable(const std::string& path, Type type) const;

    /// Names to leave out when everything below `path` is read, as patterns of fnmatch; checks `path` itself, too.
    std::vector<std::string> hiddenBelow(const std::string& path) const;

  private:
    ResolvedPath readable(const std::string& path, Type type) const;
    bool isDenied(const ResolvedPath& path) const;
    const std::vector<DeniedFile>& existing() const;
    const Mounts& mounts() const;

    const Denied& _denied;
    const ResolvedPath& _directory;
    mutable std::optional<std::vector<DeniedFile>> _existing;  ///< looked up once per command
    mutable std::optional<Mounts> _mounts;
};

/// Resolves a directory to work in, its path absolute. Throws Refused if it is not one.
ResolvedPath openDirectory(const std::string& path);

}  // namespace aip::shell

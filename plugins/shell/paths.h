#pragma once

#include "descriptor.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::shell {

/// Which files a program may be pointed at to read them. (Names, sizes and dates are open to all: ls, stat, find.)
///
/// A path is judged by what it leads to, symbolic links followed, at the moment of asking: a regular file or a
/// directory that no denied pattern matches. Immutable, any thread.
class Paths {
  public:
    enum class Type { fileOrDirectory, file };

    /// `denied` is added to the built-in patterns. A pattern that begins with / is for the whole path (* does not match
    /// a
    /// /) and all that lies below; any other is for every single name on the path.
    /// Throws Refused if one is neither.
    explicit Paths(const std::vector<std::string>& denied = {});

    /// Throws Refused if `path`, seen from `directory` (descriptor or AT_FDCWD), must not be read. One that cannot be
    /// opened by anyone in our place passes: the program itself says so better.
    void checkReadable(int directory, const std::string& path, Type type) const;

    /// Names to leave out when everything below `path` is read; checks `path` itself, too.
    std::vector<std::string> hiddenBelow(int directory, const std::string& path) const;

  private:
    bool denied(const std::string& real) const;

    std::vector<std::string> _denied;
};

/// Opens a directory to work in, its path absolute. Throws Refused if it is not one, or a detour over /proc.
Descriptor openDirectory(const std::string& path);

/// The path of the program `name` in the first of `directories` that has it. Throws Refused if there is none, or if it
/// belongs to anyone but root or can be written by others.
std::string resolveProgram(std::string_view name, const std::vector<std::string>& directories);

/// Where programs are looked for, whatever PATH says.
const std::vector<std::string>& systemDirectories();

}  // namespace aip::shell

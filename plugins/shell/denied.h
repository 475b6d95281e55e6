#pragma once

#include "resolved_path.h"

#include <string>
#include <vector>

namespace aip::shell {

/// Something on the list that exists at this moment.
struct DeniedFile {
    Identity identity;
    std::string real;    ///< its path without links
    bool hasOtherNames;  ///< a file with hard links
};

/// What is wrong with a pattern of the operator's; empty: nothing.
std::string faultOfPattern(const std::string& pattern);

/// What no program may read: a built-in list, the operator's, and the agent's own files. Immutable, any thread.
class Denied {
  public:
    /// A pattern that begins with / is for the whole path (* does not match a /) and all that lies below; any other is
    /// for every single name on the path. Upper and lower case are the same: there are file systems that think so.
    /// `own` are absolute paths of files or directories, no patterns; but one that ends in * stands for all paths that
    /// begin like it.
    /// Throws Refused if a pattern is neither.
    explicit Denied(std::vector<std::string> patterns = {}, std::vector<std::string> own = {});

    /// Whether the text of a path (absolute and clean) is on the list. Of /proc only a few files are not.
    bool matches(const std::string& form) const;

    /// What the absolute paths on the list name now. A path that leads to one of these by its identity must not be
    /// read, whatever it is called (hard links, bind mounts).
    std::vector<DeniedFile> existing() const;

    /// The names by which something on the list may lie below the directory `real`, as patterns of fnmatch. Throws
    /// Refused if only a pattern that fits every name would do.
    std::vector<std::string> namesBelow(const std::string& real) const;

  private:
    std::vector<std::string> _patterns;
    std::vector<std::string> _own;        ///< clean
    std::vector<std::string> _ownStarts;  ///< likewise
};

/// `name` as a pattern that matches nothing else.
std::string asPattern(std::string_view name);

/// Whether a program that leaves out `pattern` leaves out what is called `name`.
bool hides(const std::string& pattern, const std::string& name);

/// The last component of a path.
std::string nameOf(std::string_view path);

}  // namespace aip::shell

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace aip::shell {

/// Where something lies in its own file system, wherever that is mounted.
struct Place {
    dev_t device = 0;
    std::string path;
};

/// Whether `place` is `other` or below it.
bool isWithin(const Place& place, const Place& other);

struct Mount {
    std::string path;  ///< where it is mounted
    std::string type;
    Place root;  ///< what is mounted there
};

/// What is mounted at this moment. The same file can be reached by several paths when it is mounted twice.
class Mounts {
  public:
    Mounts();

    /// The place of a path without links.
    Place placeOf(const std::string& real) const;

    std::vector<Mount> below(const std::string& real) const;

  private:
    std::vector<Mount> _mounts;
};

}  // namespace aip::shell

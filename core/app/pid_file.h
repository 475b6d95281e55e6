#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <string>

namespace aip::app {

/// A file with the number of this process, which is locked as long as the process lives. Whether another agent lives is
/// told by the lock, not by the number: a file that was left behind is taken over.
class PidFile {
  public:
    /// Makes or takes over `path` and writes the number. Fails, and leaves the file as it is, if another process has
    /// locked it, or if it is not a plain file with nothing but a number. After a fork: the lock is shared with a
    /// child.
    static base::Result<PidFile> create(const std::string& path);
    /// Removes the file, unless another one is in its place.
    ~PidFile();
    PidFile(PidFile&&) noexcept = default;
    PidFile& operator=(PidFile&&) = delete;

  private:
    PidFile(std::string path, base::Descriptor file) : _path(std::move(path)), _file(std::move(file)) {}

    std::string _path;
    base::Descriptor _file;
};

}  // namespace aip::app

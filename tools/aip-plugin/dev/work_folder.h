#pragma once

#include "base/descriptor.h"

#include <filesystem>

namespace aip::tool::dev {

/// A new folder for the owner alone, removed with the object. What a killed process of the same user has left is
/// removed by the next one: nobody holds the lock of such a folder any more.
class WorkFolder {
  public:
    /// Throws std::system_error.
    WorkFolder();
    ~WorkFolder();
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const std::filesystem::path& path() const { return _path; }

  private:
    std::filesystem::path _path;
    base::Descriptor _lock;
};

}  // namespace aip::tool::dev

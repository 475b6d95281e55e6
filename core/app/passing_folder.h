#pragma once

#include <filesystem>

namespace aip::app {

/// A folder of our own that is removed at the end, with what is in it. Other users may pass through it, not list it.
class PassingFolder {
  public:
    PassingFolder();
    ~PassingFolder();
    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;

    /// Empty: it could not be made.
    const std::filesystem::path& path() const { return _path; }

  private:
    std::filesystem::path _path;
};

}  // namespace aip::app

#pragma once

#include <filesystem>

namespace aip::tool {

/// A new folder of ours alone, removed with the object. Without a path if there is no place for it.
class ScratchFolder {
  public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return _path; }

  private:
    std::filesystem::path _path;
};

}  // namespace aip::tool

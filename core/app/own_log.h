#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <filesystem>

namespace aip::app {

/// The place of the log of a process that serves with --mcp: log/mcp.log below the state folder, or mcp-2.log and so on
/// while other processes keep the files before. The folder has mode 700. The file is this process' own until this
/// object ends, its rotated ones and reopening included.
class OwnLog {
  public:
    /// Makes the folders that are missing. NOT_FOUND if `state` is empty.
    static base::Result<OwnLog> take(const std::filesystem::path& state);

    const std::filesystem::path& file() const { return _file; }

  private:
    OwnLog(std::filesystem::path file, base::Descriptor lock);

    std::filesystem::path _file;
    base::Descriptor _lock;
};

}  // namespace aip::app

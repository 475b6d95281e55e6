#pragma once

#include "process_tree.h"

#include <filesystem>
#include <string>
#include <vector>

namespace aip::bench {

/// A program under measurement. Ends with this object. Throws std::system_error.
class Process {
  public:
    /// What it writes goes to the end of `log`.
    Process(const std::vector<std::string>& words, const std::filesystem::path& log);
    /// SIGTERM; SIGKILL after 5 s.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    int id() const { return _pid; }

    /// Of this process alone.
    double peakResidentMib() const;

    /// This process and those below it, as they are now.
    ProcessTree tree() const { return ProcessTree(_pid); }

  private:
    int _pid = -1;
};

/// A new folder under the system's own for temporary files, readable by its owner only. Ends with this object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return _path; }

  private:
    std::filesystem::path _path;
};

/// The folder in which this program stands.
std::filesystem::path ownFolder();

}  // namespace aip::bench

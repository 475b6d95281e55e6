#pragma once

#include "app/line_writer.h"
#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace aip::app {

/// A file to which lines are appended and which is rotated by its size: agent.log, agent.1.log, agent.2.log. Files are
/// made with `mode` or less, as the umask says, by base::openOutput(): folders that are missing are not made, and
/// what is not a plain file is no log. Not for concurrent use.
class LogFile {
  public:
    struct Settings {
        std::string path;
        std::size_t maxSize = 0;   ///< bytes
        std::size_t maxFiles = 0;  ///< rotated ones that are kept
        unsigned mode = 0640;
    };

    static base::Result<LogFile> open(Settings settings);

    /// Writes `line`, which ends with a line break. If it cannot be written, or not as a whole, the line is lost and
    /// the next one begins a line of its own. Never blocks for a reader.
    base::Result<void> write(std::string_view line);

  private:
    LogFile(Settings settings, base::Descriptor file);
    void measure();
    void rotate();
    void startOver();
    std::string rotatedName(std::size_t number) const;

    Settings _settings;
    base::Descriptor _file;
    std::uint64_t _size = 0;  ///< of the file, or more
    LineWriter _writer;
};

}  // namespace aip::app

#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How files of records are read, while they may be written and rotated.
namespace aip::audit {

/// An open file of records.
struct OpenPart {
    std::filesystem::path name;
    base::Descriptor file;
    std::pair<std::uint64_t, std::uint64_t> identity;  ///< stays the same when it is renamed
};

/// A file of records and its older parts, the oldest first, each once. A file that is begun meanwhile may be missing.
/// NOT_FOUND if there is none.
base::Result<std::vector<OpenPart>> openParts(const std::filesystem::path& path);

/// NAME-2.EXT, NAME-3.EXT, ... beside NAME.EXT, by their numbers: the files of other processes at the same time, each
/// with its own chain and older parts.
std::vector<std::filesystem::path> filesBeside(const std::filesystem::path& path);

/// A line, without its line break; and whether it has one: that is missing at most for the last one.
struct Line {
    std::string_view text;
    bool complete;
};

/// The lines of an open file, from an offset on. Not for concurrent use.
class LineSource {
  public:
    explicit LineSource(OpenPart part, std::uint64_t offset = 0)
        : _part(std::move(part)), _offset(offset), _read(offset) {}

    /// The next one, a view that counts until the next call; none: there are no more now.
    base::Result<std::optional<Line>> next();

    /// Where the last complete line ends.
    std::uint64_t offset() const { return _offset; }
    const OpenPart& part() const { return _part; }

  private:
    base::Result<bool> fill();

    OpenPart _part;
    std::uint64_t _offset;
    std::uint64_t _read;  ///< up to here the file is in the buffer
    std::string _buffer;
    std::size_t _taken = 0;  ///< of the buffer
    bool _ended = false;
};

}  // namespace aip::audit

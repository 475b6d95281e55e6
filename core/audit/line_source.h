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

/// A file of records and its older parts, the oldest first, each once. Only that which is read is open: there may be
/// more parts than a process may have descriptors. Not for concurrent use.
class PartList {
  public:
    using Identity = std::pair<std::uint64_t, std::uint64_t>;

    /// What there is now. A file that is begun meanwhile may be missing. NOT_FOUND if there is none.
    static base::Result<PartList> of(const std::filesystem::path& path);

    /// Leaves out what stands before this part. False, and nothing is left out: it is not there.
    bool skipTo(const Identity& part);

    /// Opens the next one; none: there are no more. One that was renamed by a rotation meanwhile is found, one that was
    /// removed is left out.
    base::Result<std::optional<OpenPart>> next();

    /// A part was removed after an older one had been given.
    bool hasGap() const { return _gap; }

  private:
    struct Place {
        std::size_t number;
        Identity identity;
    };

    explicit PartList(std::filesystem::path path) : _path(std::move(path)) {}
    void find();
    base::Result<std::optional<OpenPart>> open(const Place& place) const;

    std::filesystem::path _path;
    std::vector<Place> _places;  ///< still to be given, the next one last
    bool _begun = false;
    bool _gap = false;
};

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

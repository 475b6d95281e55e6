#pragma once

#include "audit/line_source.h"
#include "base/clock.h"
#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::audit {

/// Which records are wanted: those for which all that is set is true.
struct RecordFilter {
    std::optional<base::Clock::WallTime> since{};
    std::optional<std::string> session{};
    std::optional<std::string> tool{};  ///< "execute_command", or with its type: "action::execute_command"
};

/// Whether a record is wanted. A line that is not a record is wanted only without a filter.
bool matches(const RecordFilter& filter, std::string_view line);

/// Reads a file of records and its older parts, again and again. Not for concurrent use.
class Reader {
  public:
    Reader(std::filesystem::path path, RecordFilter filter) : _path(std::move(path)), _filter(std::move(filter)) {}

    /// Begins to read all complete records that there are, the oldest first; the next time those that have come since
    /// then, also if the file was rotated meanwhile. NOT_FOUND if there are none at all.
    base::Result<void> begin();

    /// The next one, a view that counts until the next call; none: there are no more now. After begin().
    base::Result<std::optional<std::string_view>> next();

    /// Both.
    base::Result<void> read(const std::function<void(std::string_view line)>& take);

  private:
    base::Result<bool> beginPart();

    const std::filesystem::path _path;
    const RecordFilter _filter;
    std::optional<PartList> _parts;           ///< still to be read
    std::optional<LineSource> _lines;         ///< of the one that is read
    std::optional<PartList::Identity> _part;  ///< in which it was
    std::uint64_t _offset = 0;
};

/// Reads several files of records as one: by their times, and those of one file in their order. Not for concurrent use.
class MergedReader {
  public:
    /// The file, and those beside it (filesBeside()).
    MergedReader(std::filesystem::path path, RecordFilter filter)
        : _path(std::move(path)), _filter(std::move(filter)) {}

    using Take = std::function<void(const std::filesystem::path& file, std::string_view line)>;

    /// As Reader::read(). The file must be there, those beside it need not.
    base::Result<void> read(const Take& take);

  private:
    struct Source {
        explicit Source(std::filesystem::path path, const RecordFilter& filter)
            : reader(path, filter), file(std::move(path)) {}

        base::Result<void> advance();

        Reader reader;
        std::filesystem::path file;
        std::optional<std::string_view> line{};
        std::string time{};  ///< of the line: never less than of one before
    };

    base::Result<void> begin();
    Source* earliest();

    const std::filesystem::path _path;
    const RecordFilter _filter;
    std::map<std::filesystem::path, Source> _sources;
};

}  // namespace aip::audit

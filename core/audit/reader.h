#pragma once

#include "audit/line_source.h"
#include "base/clock.h"
#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace aip::audit {

/// Which records are wanted: those for which all that is set is true.
struct RecordFilter {
    std::optional<base::Clock::WallTime> since{};
    std::optional<std::string> session{};
    std::optional<std::string> tool{};  ///< "execute_command", or with its type: "action::execute_command"
};

/// Whether a record is wanted. A line that is not a record is wanted only without a filter.
bool matches(const RecordFilter& filter, std::string_view line);

/// Reads a file of records and its older parts. Not for concurrent use.
class Reader {
  public:
    Reader(std::filesystem::path path, RecordFilter filter) : _path(std::move(path)), _filter(std::move(filter)) {}

    /// Gives all complete records that there are, the oldest first; the next time those that have come since then,
    /// also if the file was rotated meanwhile. NOT_FOUND if there are none at all.
    base::Result<void> read(const std::function<void(std::string_view line)>& take);

  private:
    const std::filesystem::path _path;
    const RecordFilter _filter;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> _part;  ///< in which it was
    std::uint64_t _offset = 0;
};

}  // namespace aip::audit

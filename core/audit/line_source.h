#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
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

/// The line, without its line break; and whether it has one: that is missing at most for the last one.
using TakeLine = std::function<void(std::string_view line, bool complete)>;

/// Gives the lines from this offset on; where the last complete one ends.
base::Result<std::uint64_t> readLines(const OpenPart& part, std::uint64_t offset, const TakeLine& take);

}  // namespace aip::audit

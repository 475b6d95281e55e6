#pragma once

#include "base/error.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace aip::tool {

/// What a library says of itself.
struct Description {
    std::string manifest;
    std::vector<std::string> warnings;  ///< what it logged meanwhile as a warning or an error
};

/// Asks a plugin library for its own manifest (aip.manifest/1), as it says it: without "library" and "sha256".
///
/// The library is loaded in a child process, so one that crashes, exits or hangs is an error here and no more.
base::Result<Description> describeLibrary(const std::filesystem::path& library, std::chrono::milliseconds limit);

/// What the library's entry says, as a JSON object: id, version and abi. Loads it in a child process, too.
base::Result<std::string> describeEntry(const std::filesystem::path& library, std::chrono::milliseconds limit);

/// The symbols that the library takes from the program that loads it, with blanks between: neither it nor what it is
/// linked with has them. Loads it in a child process, too; one that cannot be loaded is an error.
base::Result<std::string> missingSymbols(const std::filesystem::path& library, std::chrono::milliseconds limit);

}  // namespace aip::tool

#pragma once

#include "base/error.h"
#include "base/file.h"

#include <filesystem>

/// Whether something of ours could be written. Nothing is made. DENIED: this process may not, another user may; any
/// other error: nobody can.
namespace aip::app {

/// A file, by base::checkOutput().
base::Result<void> checkWritableFile(const std::filesystem::path& file, base::Links links = base::Links::follow);

/// A folder that belongs to us alone, by base::checkOutputFolder().
base::Result<void> checkPrivateFolder(const std::filesystem::path& folder);

/// A folder for those of plugins, of which only the last component would be made. Links are followed.
base::Result<void> checkStateFolder(const std::filesystem::path& folder);

}  // namespace aip::app

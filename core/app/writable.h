#pragma once

#include <filesystem>
#include <string>

namespace aip::app {

/// Why this process cannot write the file, or make it together with its folders; empty if it can. Makes nothing.
std::string obstacleToFile(const std::filesystem::path& file);

/// The same for a folder.
std::string obstacleToFolder(const std::filesystem::path& folder);

}  // namespace aip::app

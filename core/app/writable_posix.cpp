#include "app/writable.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace aip::app {
namespace {

std::string obstacleAt(const std::filesystem::path& place, int access) {
    return ::access(place.c_str(), access) == 0
               ? ""
               : place.string() + ": " + std::error_code(errno, std::generic_category()).message();
}

}  // namespace

std::string obstacleToFile(const std::filesystem::path& file) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (status.type() == std::filesystem::file_type::not_found) {
        return obstacleToFolder(file.parent_path());
    }
    return std::filesystem::is_directory(status) ? file.string() + ": is a folder" : obstacleAt(file, W_OK);
}

std::string obstacleToFolder(const std::filesystem::path& folder) {
    std::error_code failed;
    const auto status = std::filesystem::status(folder, failed);
    if (status.type() == std::filesystem::file_type::not_found && folder.has_relative_path()) {
        return obstacleToFolder(folder.parent_path());
    }
    return std::filesystem::exists(status) && !std::filesystem::is_directory(status)
               ? folder.string() + ": not a folder"
               : obstacleAt(folder, W_OK | X_OK);
}

}  // namespace aip::app

#pragma once

#include <filesystem>
#include <system_error>

namespace aip::tool {

/// Two folders of a file system swap their names, so that at no time one of the names is missing. An error where the
/// file system cannot do that.
std::error_code exchange(const std::filesystem::path& one, const std::filesystem::path& other);

}  // namespace aip::tool

#pragma once

#include "base/error.h"

#include <filesystem>
#include <iosfwd>

namespace aip::tool {

/// Prints what a plugin (its folder or its library) says and is: manifest, ABI numbers, exported symbols, tools. Runs
/// no code of it. An error if the library does not fit its manifest; what could be found out is printed all the same.
base::Result<void> inspect(const std::filesystem::path& plugin, std::ostream& out);

}  // namespace aip::tool

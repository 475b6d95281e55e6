#pragma once

#include <string>
#include <string_view>

namespace aip::tool::dev {

/// What an author must read of the output of a failed build: without progress, commands and echoes of CMake, Ninja,
/// Make and Cargo; the first 40 lines. All of it if nothing is left.
std::string problemsIn(std::string_view output);

}  // namespace aip::tool::dev

#pragma once

#include <string>
#include <string_view>

namespace aip::base {

/// "1.0.0"
std::string_view version();

/// "RelWithDebInfo, GCC 12.2.0, x86_64", and the sanitizers if it has some.
std::string buildText();

/// What --version of every program begins with: "PROGRAM 1.0.0\n", and a line about the build.
std::string versionText(std::string_view program);

}  // namespace aip::base

#pragma once

#include "base/libraries.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::base {

/// "1.0.0"
std::string_view version();

/// What this build was made of: "commit 0123456789ab", "commit 0123456789ab-dirty", or before that "package VERSION, ";
/// empty if nobody knows, and in a build tree with tests, which would link all of them again after each commit.
std::string_view revision();

/// "RelWithDebInfo, GCC 12.2.0, x86_64", the sanitizers if it has some, and the revision.
std::string buildText();

/// What --version of every program begins with: "PROGRAM 1.0.0\n", a line about the build, and the libraries in use;
/// `more`: those that are not loaded.
std::string versionText(std::string_view program, const std::vector<LibraryInUse>& more = {});

}  // namespace aip::base

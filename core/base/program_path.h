#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aip::base {

/// Where a program is that is called by `name`: in one of the folders of `path`, which is written like the variable
/// PATH. A name with a '/' is itself if there is such a file, seen from `folder`. None: there is no such program, or it
/// may not be executed.
std::optional<std::string> findProgram(const std::string& name, std::string_view path, const std::string& folder);

/// Of a file that findProgram() passes over only because it may not be executed: what to do about it, as in "/opt/tool
/// is not executable: chmod +x /opt/tool". None: the file does not exist.
std::optional<std::string> whyNotExecutable(const std::string& name, std::string_view path, const std::string& folder);

/// The text for a program that findProgram() does not find.
std::string missingProgram(const std::string& name, std::string_view path, const std::string& folder);

}  // namespace aip::base

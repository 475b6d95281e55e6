#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::tool {

// What a manifest may say that is well formed and still wrong. Each line names the place.

/// Defaults that the schema around them does not take. Those beside a reference are not looked at.
std::vector<std::string> wrongDefaults(std::string_view schema);

/// Annotations that nobody knows, or of the wrong kind; those of one's own begin with "x-" or have a dot or slash.
std::vector<std::string> wrongAnnotations(std::string_view annotations);

}  // namespace aip::tool

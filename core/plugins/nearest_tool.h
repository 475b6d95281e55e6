#pragma once

#include "admission/manifest.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// Do its annotations call it destructive?
bool isDestructive(const admission::ToolManifest& tool);

/// "; did you mean 'action::greet'?", or empty if no tool is near. Goes after the text of an error: a tool of that name
/// and the other type comes first, then the one whose name differs least, in a fifth of its letters at most. One that
/// is destructive is never offered: what reads this may be a program that tries it. Without a `type` the tools go by
/// their names.
std::string didYouMean(std::string_view type, std::string_view name,
                       const std::vector<const admission::ToolManifest*>& tools);

}  // namespace aip::plugins

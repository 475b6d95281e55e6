#pragma once

#include "hosting/plugin_spec.h"
#include "hosting/refusal.h"

#include <filesystem>
#include <string_view>

namespace aip::admission {

/// Whether what a program needs to begin is installed: its command, and the interpreter that the first line of its file
/// names, also by way of env. `path` is written like the variable PATH. What the interpreter needs is not looked at.
/// Refusal: "entry-missing".
hosting::Check checkInterpreter(const std::filesystem::path& folder, const hosting::ProgramSpec& program,
                                std::string_view path);

}  // namespace aip::admission

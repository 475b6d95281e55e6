#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::shell {

/// The path of the program `name` in the first of `directories` that has it. Throws Refused if there is none, or if it
/// belongs to anyone but root or can be written by others.
std::string resolveProgram(std::string_view name, const std::vector<std::string>& directories);

/// Whether one of `directories` has a program of this name, trusted or not.
bool isInstalled(std::string_view name, const std::vector<std::string>& directories);

/// Where programs are looked for, whatever PATH says.
const std::vector<std::string>& systemDirectories();

}  // namespace aip::shell

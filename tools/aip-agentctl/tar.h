#pragma once

#include <chrono>
#include <map>
#include <string>

namespace aip::agentctl {

/// An archive in the form of POSIX ustar, which every tar reads: plain files of mode 600. Names of at most 100 bytes.
/// Pure.
std::string tarOf(const std::map<std::string, std::string>& files, std::chrono::system_clock::time_point made);

}  // namespace aip::agentctl

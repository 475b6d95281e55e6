#pragma once

#include <string>
#include <vector>

namespace aip::base {

struct LibraryInUse {
    std::string name;
    std::string version;  ///< what it says itself, or that of its headers or its file
    std::string file;     ///< the name of the shared object that this process has loaded; empty: there is none
};

/// The libraries of others that this process has loaded, without those of the system.
std::vector<LibraryInUse> librariesInUse();

/// Of a program that is built with Boost, of which nothing is loaded.
LibraryInUse boostHeaders();

}  // namespace aip::base

#pragma once

#include <string>
#include <vector>

namespace aip::app {

struct LibraryInUse {
    std::string name;
    std::string version;  ///< what it says itself, if it does; otherwise that of its headers, or of its file
    std::string file;     ///< the name of the shared object that this process has loaded; empty: there is none
};

/// The libraries of others that this process works with.
std::vector<LibraryInUse> librariesInUse();

}  // namespace aip::app

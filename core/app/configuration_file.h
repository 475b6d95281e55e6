#pragma once

#include "app/finding.h"

#include <string>
#include <vector>

namespace aip::app {

/// A value as it is written, and where: "agent.ini:7", "command line".
struct WrittenValue {
    std::string key;
    std::string text;
    std::string origin;
};

/// What the operator has written, in the order in which it is read: the last value of a key counts.
struct Configuration {
    std::vector<WrittenValue> values;
    Findings findings;               ///< what could not be read: errors; files that are left out: notes
    std::vector<std::string> files;  ///< absolute paths of all that was to be read, and of the folders named for it
};

/// Reads `paths` one after the other: a .ini or .xml file, or a folder, of which all such files are read in the order
/// of their names, bytewise, but none whose name begins with a dot. Only files are read that nobody but root and the
/// agent's user may write, and no more than 16384 keys and 4 MiB of all files together.
Configuration loadConfiguration(const std::vector<std::string>& paths);

/// Adds "key=value" definitions of the command line.
void addDefinitions(Configuration& configuration, const std::vector<std::string>& definitions);

}  // namespace aip::app

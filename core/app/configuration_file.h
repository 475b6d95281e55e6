#pragma once

#include "base/error.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/AbstractConfiguration.h>

#include <string>
#include <vector>

namespace aip::app {

/// What POCO reads in a file whose name ends in .ini or .xml. The error names the file.
base::Result<Poco::AutoPtr<Poco::Util::AbstractConfiguration>> loadConfiguration(const std::string& file);

/// The keys that hold a value, in full: "server.url".
std::vector<std::string> keysOf(const Poco::Util::AbstractConfiguration& configuration);

}  // namespace aip::app

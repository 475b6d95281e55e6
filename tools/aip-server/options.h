#pragma once

#include "base/error.h"
#include "server.h"

#include <Poco/Util/AbstractConfiguration.h>
#include <Poco/Util/OptionSet.h>

#include <string>

namespace aip::server {

struct Options {
    ServerSettings settings;
    std::string portFile;  ///< empty: none
    std::string logLevel;
    bool keyGenerated = false;  ///< nobody but us knows it, so it must be printed
};

/// Every option with its meaning; what is given on the command line goes into the configuration.
void defineOptions(Poco::Util::OptionSet& options);

/// What --help prints.
std::string serverHelp();

/// The options as they stand in the configuration, with the key and the scenario read from their files.
base::Result<Options> readOptions(const Poco::Util::AbstractConfiguration& config);

/// The whole file or nothing: a reader never sees a part of it.
base::Result<void> writeFile(const std::string& file, const std::string& text);

}  // namespace aip::server

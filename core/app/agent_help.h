#pragma once

#include <Poco/Util/OptionSet.h>

#include <string>

namespace aip::app {

/// What --help prints.
std::string agentHelp(const Poco::Util::OptionSet& options);

}  // namespace aip::app

#pragma once

#include <string>

namespace aip::app {

/// A configuration with every setting, its meaning, its default, and whether a reload takes it over.
std::string sampleIni();

/// The same keys and defaults.
std::string sampleXml();

}  // namespace aip::app

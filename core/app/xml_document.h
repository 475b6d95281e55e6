#pragma once

#include "app/configuration_document.h"

#include <string>

namespace aip::app {

/// Takes the text of an XML file apart: below the root <aip-agent> an element is a part of a key, or holds a value.
/// Never fails: what is wrong is a fault of its line; where the text is not XML, it is the last.
ConfigurationDocument parseXml(const std::string& text);

}  // namespace aip::app

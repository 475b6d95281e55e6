#pragma once

#include "app/configuration_document.h"

#include <string_view>

namespace aip::app {

/// Takes the text of an INI file apart; config/README.md defines the grammar. Never fails: what is wrong is a fault of
/// its line, and the other lines still count, up to the bound of a document.
ConfigurationDocument parseIni(std::string_view text);

}  // namespace aip::app

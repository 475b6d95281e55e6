#pragma once

#include "base/error.h"
#include "program.h"

#include <string>

namespace aip::manual {

/// The whole source of a page. `rest` is what is written by hand: where it has a line `.\" @generated@`, what is
/// generated goes in. INVALID: it has none.

/// Of section 1, with all that --help of the program and of its commands says.
base::Result<std::string> programPage(const Program& program, const std::string& rest);

/// aip-agent.ini(5), with all settings.
base::Result<std::string> settingsPage(const std::string& rest);

}  // namespace aip::manual

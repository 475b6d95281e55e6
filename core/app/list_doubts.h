#pragma once

#include "app/settings.h"

#include <string>

namespace aip::app {

/// Findings about items of a list, the written value of `key`, that look like typing errors: another separator than the
/// comma, a quotation mark that quotes nothing. Whoever means it quotes the item.
void findListDoubts(const Settings& settings, const std::string& key, Findings& findings);

/// The same for all lists of the agent.
void findListDoubts(const Settings& settings, Findings& findings);

}  // namespace aip::app

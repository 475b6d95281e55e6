#pragma once

#include "app/settings.h"

#include <string>

namespace aip::app {

/// Findings about items of a list, the written value of `key`, that look like typing errors: another separator than the
/// comma, a quotation mark that quotes nothing. Whoever means it quotes the item.
void findListDoubts(const Settings& settings, const std::string& key, Findings& findings);

/// The same for all lists of the agent.
void findListDoubts(const Settings& settings, Findings& findings);

/// A list that is written, and empty: a finding if that admits more than its items would, which a reference that stands
/// for nothing, or a lone comma, does without a word.
void findEmptyList(const std::string& key, const std::string& origin, Findings& findings);

}  // namespace aip::app

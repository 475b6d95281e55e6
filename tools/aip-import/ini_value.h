#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::importer {

/// A value for the agent's INI files, quoted if it must be; none if it cannot be written there (control characters).
std::optional<std::string> iniValue(std::string_view text);

/// Several values as one list.
std::optional<std::string> iniList(const std::vector<std::string>& items);

/// May be a part of a key or the name of a section: letters, digits, '_' and '-'.
bool isIniName(std::string_view text);

}  // namespace aip::importer

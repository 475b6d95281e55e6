#pragma once

#include <string>

namespace aip::app {

inline constexpr const char* masked = "***";

/// `text` with "***" for what is secret in the addresses in it: users with passwords, and values in a query that are
/// named like secrets.
std::string withoutSecrets(std::string text);

/// The same for a text that is one address, with or without a scheme, and may be wrong.
std::string withoutUsers(std::string text);

}  // namespace aip::app

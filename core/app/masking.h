#pragma once

#include <string>

namespace aip::app {

inline constexpr const char* masked = "***";

/// Does a setting of this name hold a secret? In it is token, key, secret, password or the like, in whatever case.
bool isNamedLikeASecret(const std::string& name);

/// `text` with "***" for what is secret in the addresses in it: users with passwords, and values in a query that are
/// named like secrets.
std::string withoutSecrets(std::string text);

}  // namespace aip::app

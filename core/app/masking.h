#pragma once

#include <string>

namespace aip::app {

inline constexpr const char* masked = "***";

/// `text` with "***" for what is secret in the addresses in it: users with passwords, and the values of parameters that
/// are named like secrets, percent-encoded or not (base::isSecretName(), or "auth").
std::string withoutSecrets(std::string text);

/// The same for a text that is one address, with or without a scheme, and may be wrong.
std::string withoutUsers(std::string text);

/// By the rules of these two: an address that does not belong into a configuration.
bool holdsSecret(const std::string& address);

}  // namespace aip::app

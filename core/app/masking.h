#pragma once

#include <string>

namespace aip::app {

inline constexpr const char* masked = "***";

/// Any text with "***" for what looks like a secret in it: users and passwords of addresses, and the values that have
/// the name of a secret (base::isSecretName(), percent-encoded or not) before = or, quoted, before a colon. For the log
/// and for what is shown of a configuration; in time linear to the text.
std::string withoutSecrets(const std::string& text);

/// The same for a text that is one address, with or without a scheme, and may be wrong.
std::string withoutUsers(std::string text);

/// By the rules of these two: an address that does not belong into a configuration.
bool holdsSecret(const std::string& address);

}  // namespace aip::app

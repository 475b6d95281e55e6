#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::app {

inline constexpr const char* masked = "***";

/// Any text with "***" for what looks like a secret in it: users and passwords of addresses, and the values that have
/// the name of a secret (base::isSecretName(), percent-encoded or not) before = or, quoted, before a colon; those of
/// HTTP headers as Authorization; what follows the word Bearer; and tokens that are known by how they begin, as ghp_.
/// For the log and for what is shown of a configuration; in time linear to the text.
std::string withoutSecrets(const std::string& text);

/// The same for the arguments of a program as they are written in a list, and without what follows an option that is
/// named like a secret: "--api-key, ***", "-p, ***"; also "--header, ***".
std::string withoutSecretArguments(std::string_view written);

/// What withoutSecretArguments() hides of these arguments, and its last word.
std::vector<std::string> secretsIn(const std::vector<std::string>& arguments);

/// The same for a text that is one address, with or without a scheme, and may be wrong.
std::string withoutUsers(std::string text);

/// By the rules of these two: an address that does not belong into a configuration.
bool holdsSecret(const std::string& address);

}  // namespace aip::app

#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::network {

/// An absolute URL in its parts, each as it was written: nothing is decoded, encoded or normalised.
struct Url {
    std::string scheme;    ///< in lower case
    std::string userInfo;  ///< percent-encoded; a secret
    bool hasUserInfo = false;
    std::string host;        ///< name or numeric address, without brackets and zone
    std::string zone;        ///< interface of an IPv6 address, decoded; empty: none
    std::uint16_t port = 0;  ///< 0: none is given
    std::string path;        ///< begins with a slash, or empty
    std::string query;       ///< begins with a question mark, or empty
};

/// The error says what to do and holds nothing of the text, which may contain a secret.
base::Result<Url> parseUrl(std::string_view text);

/// `host` as it stands in a URL: an IPv6 address in brackets.
std::string bracketed(const std::string& host);

/// `host` with the interface of an IPv6 address, as it is resolved.
std::string zoned(const std::string& host, const std::string& zone);

/// `text` with every %XX replaced by its byte.
std::string percentDecoded(std::string_view text);

/// What has a meaning in a query.
inline constexpr const char* reservedInQuery = "?#/:;+@&=";

/// `text` with the reserved characters and those that no URL may hold as %XX.
std::string percentEncoded(const std::string& text, const std::string& reserved = reservedInQuery);

}  // namespace aip::network

#pragma once

#include "base/error.h"
#include "network/proxy.h"
#include "network/url.h"

#include <cstdint>
#include <string>

namespace aip::network {

/// Of http:// and https:// only. The error says what to do and holds nothing of the text.
base::Result<Url> parseHttpUrl(const std::string& text);

/// That of the scheme, unless it says another one.
std::uint16_t httpPort(const Url& url);

/// "host:port", as CONNECT wants it.
std::string authorityOf(const Url& url);

/// For the header Host: the same without a port that is the default of the scheme.
std::string hostHeaderOf(const Url& url);

/// What a proxy would be for.
ProxyNeed needOf(const Url& url);

}  // namespace aip::network

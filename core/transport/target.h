#pragma once

#include "base/error.h"
#include "transport/channel.h"

#include <cstdint>
#include <optional>
#include <string>

namespace aip::transport {

/// The HTTP proxy in between.
struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    std::string credentials;  ///< "user:password", a secret; empty: none
};

/// An Endpoint taken apart.
struct Target {
    std::string host;  ///< name or numeric address, without brackets
    std::uint16_t port = 0;
    std::string path;           ///< for texts
    std::string resource;       ///< path and query; a secret if the token is in it
    std::string authorization;  ///< value of that header, a secret; empty: none
    bool secure = false;        ///< wss://
    std::optional<Proxy> proxy;

    /// "host:port", as CONNECT wants it: an IPv6 address in brackets.
    std::string authority() const;
};

/// The errors never hold a secret. An error, too, if the endpoint can only be reached in the clear and may not.
base::Result<Target> parseEndpoint(const Endpoint& endpoint);

/// What keeps us from speaking in the clear to this numeric address; empty if nothing does.
std::string whyNotInTheClear(const std::string& address);

/// `text` with every occurrence of the token, plain or percent-encoded, replaced by "***".
std::string withoutToken(std::string text, const std::string& token);

}  // namespace aip::transport

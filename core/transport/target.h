#pragma once

#include "base/error.h"
#include "network/proxy.h"
#include "transport/channel.h"

#include <cstdint>
#include <optional>
#include <string>

namespace aip::transport {

/// An Endpoint taken apart.
struct Target {
    std::string host;  ///< name or numeric address, without brackets and zone
    std::string zone;  ///< interface of an IPv6 address; it means nothing to others
    std::uint16_t port = 0;
    std::string path;           ///< for texts
    std::string resource;       ///< path and query as they were written; a secret if the token is in it
    std::string authorization;  ///< value of that header, a secret; empty: none
    bool secure = false;        ///< wss://
    std::optional<network::Proxy> proxy;

    /// What is to be resolved: the host with its zone.
    std::string address() const;

    /// "host:port", as CONNECT wants it: an IPv6 address in brackets.
    std::string authority() const;

    /// For the header Host: the same without a port that is the default of the scheme (RFC 9110, 7.2).
    std::string hostHeader() const;
};

/// The url is taken as it is written, or refused; the errors never hold a secret. An error, too, if the endpoint can
/// only be reached in the clear and may not.
base::Result<Target> parseEndpoint(const Endpoint& endpoint);

/// What keeps us from speaking in the clear to this numeric address; empty if nothing does.
std::string whyNotInTheClear(const std::string& address);

/// `text` with every occurrence of the token, plain or percent-encoded, replaced by "***".
std::string withoutToken(std::string text, const std::string& token);

}  // namespace aip::transport

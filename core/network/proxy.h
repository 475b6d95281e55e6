#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace aip::network {

/// Who has named the proxy, for the texts that say what to do.
struct ProxyOrigin {
    std::string setting = "connection.http_proxy";
    std::string credentials = "connection.http_proxy_credentials_file";

    bool operator==(const ProxyOrigin&) const = default;
};

/// A proxy as it is written.
struct ProxyText {
    std::string url;          ///< http://host[:port]
    std::string credentials;  ///< "user:password", a secret; empty: none
    ProxyOrigin origin{};

    bool operator==(const ProxyText&) const = default;
};

/// The HTTP proxy in between.
struct Proxy {
    std::string host;  ///< name or numeric address, without brackets, with its zone
    std::uint16_t port = 0;
    std::string credentials;  ///< as those of ProxyText
    ProxyOrigin origin{};
};

/// The error names the setting and holds no secret.
base::Result<Proxy> parseProxy(const ProxyText& text);

/// The value of Proxy-Authorization, a secret; empty if there are no credentials.
std::string proxyAuthorization(const Proxy& proxy);

/// A proxy as a variable names it.
struct ProxyVariable {
    std::string name;
    std::string value;  ///< [http://][user:password@]host[:port]; a secret if it names a user. Empty: none
};

/// What the environment says about proxies, as curl reads it.
struct ProxyEnvironment {
    ProxyVariable plain;   ///< for ws:// and http://
    ProxyVariable secure;  ///< for wss:// and https://
    std::string exempt;    ///< no_proxy: names, addresses, networks ("10.0.0.0/8"), "*"; parted by commas or blanks
};

/// Whom we want to reach.
struct ProxyNeed {
    std::string host;  ///< name or numeric address
    std::uint16_t port = 0;
    bool secure = false;
};

/// The proxy that the environment names for it; none if it names none, if the server is this machine, or if `exempt`
/// names it. The error names the variable and holds no secret. Pure.
base::Result<std::optional<ProxyText>> proxyFor(const ProxyNeed& need, const ProxyEnvironment& environment);

/// `why` a proxy of the environment will not do, with what can be done about it.
base::Error fromVariable(const base::Error& why, const ProxyOrigin& origin);

/// Does a list like no_proxy name this host? A name stands for all below it, with or without a dot before it.
bool isExempt(const std::string& host, std::uint16_t port, const std::string& list);

/// `value` without the user in it: what others may see.
std::string withoutUser(const std::string& value);

}  // namespace aip::network

#pragma once

#include "base/error.h"
#include "transport/channel.h"

#include <cstdint>
#include <string>

namespace aip::transport {

/// A proxy as a variable names it.
struct ProxyVariable {
    std::string name;
    std::string value;  ///< [http://][user:password@]host[:port]; a secret if it names a user. Empty: none
};

/// What the environment says about proxies, as curl reads it.
struct ProxyEnvironment {
    ProxyVariable plain;   ///< for ws://
    ProxyVariable secure;  ///< for wss://
    std::string exempt;    ///< no_proxy: names, addresses, networks ("10.0.0.0/8"), "*"; parted by commas or blanks
};

/// `endpoint` through the proxy that the environment names for it; as it is if it names a proxy itself, if the server
/// is this machine, or if `exempt` names it. Credentials that `endpoint` has win over those of the variable. The error
/// names the variable and holds no secret. Pure.
base::Result<Endpoint> throughEnvironment(Endpoint endpoint, const ProxyEnvironment& environment);

/// Does a list like no_proxy name this host? A name stands for all below it, with or without a dot before it.
bool isExempt(const std::string& host, std::uint16_t port, const std::string& list);

/// `value` without the user in it: what others may see.
std::string withoutUser(const std::string& value);

}  // namespace aip::transport

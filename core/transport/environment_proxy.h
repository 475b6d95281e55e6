#pragma once

#include "base/error.h"
#include "network/proxy.h"
#include "transport/channel.h"

namespace aip::transport {

/// `endpoint` through the proxy that the environment names for it; as it is if it names a proxy itself. Credentials
/// that `endpoint` has win over those of the variable. See network::proxyFor(). Pure.
base::Result<Endpoint> throughEnvironment(Endpoint endpoint, const network::ProxyEnvironment& environment);

}  // namespace aip::transport

#pragma once

#include "network/proxy.h"

namespace aip::app {

/// What the environment said about proxies at the first call, for which no other thread runs yet: users and passwords
/// are then removed from all its variables *_proxy, so that no child gets them, and from what /proc/PID/environ shows.
/// As in curl, the names are in lower case or, but for http_proxy (a CGI's header Proxy), in upper case.
const network::ProxyEnvironment& proxyEnvironment();

}  // namespace aip::app

#include "transport/environment_proxy.h"

#include "transport/target.h"

#include <utility>

namespace aip::transport {

base::Result<Endpoint> throughEnvironment(Endpoint endpoint, const network::ProxyEnvironment& environment) {
    const auto direct = parseEndpoint(endpoint);
    if (!direct || direct->proxy) {
        return endpoint;
    }
    auto proxy = network::proxyFor({direct->host, direct->port, direct->secure}, environment);
    if (!proxy) {
        return std::move(proxy).error();
    }
    if (!*proxy) {
        return endpoint;
    }
    endpoint.proxyUrl = std::move((*proxy)->url);
    endpoint.proxyOrigin = std::move((*proxy)->origin);
    if (endpoint.proxyCredentials.empty()) {
        endpoint.proxyCredentials = std::move((*proxy)->credentials);
    }
    if (auto checked = parseEndpoint(endpoint); !checked) {
        return network::fromVariable(checked.error(), endpoint.proxyOrigin);
    }
    return endpoint;
}

}  // namespace aip::transport

#include "transport/tunnel.h"

#include "base/base64.h"

namespace aip::transport {
namespace {

std::string requestFor(const Target& target) {
    const std::string server = target.authority();
    std::string request = "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n";
    if (!target.proxy->credentials.empty()) {
        request += "Proxy-Authorization: Basic " + base::base64(target.proxy->credentials) + "\r\n";
    }
    return request + "\r\n";
}

}  // namespace

Tunnel::Tunnel(const Target& target)
    : HttpExchange(requestFor(target)),
      _server(target.authority()),
      _proxy(target.proxy->host + " port " + std::to_string(target.proxy->port)),
      _origin(target.proxy->origin),
      _identified(!target.proxy->credentials.empty()) {}

HttpExchange::State Tunnel::check(const HttpHead& head) {
    const int status = head.status;
    if (status >= 200 && status < 300) {
        return rest().empty() ? State::accepted : broken("is followed by bytes that nobody asked for");
    }
    if (status == 407) {
        return fail(status, _identified ? "does not take our credentials: check " + _origin.credentials
                                        : "wants credentials: set " + _origin.credentials);
    }
    if (status == 403) {
        return fail(status, "does not let this device reach " + _server + ": have it allowed there");
    }
    if (status == 429) {
        return fail(status, "wants fewer attempts");
    }
    if (status >= 500) {
        return fail(status, "cannot reach " + _server + ": check server.url, and the server");
    }
    return fail(status, "refuses CONNECT: check that " + _origin.setting + " is the address of a proxy");
}

HttpExchange::State Tunnel::broken(const std::string& why) {
    return fail(0, "gives an answer that " + why + ": check that " + _origin.setting + " is the address of a proxy",
                Obstacle::notHttp);
}

HttpExchange::State Tunnel::answeredInTls() {
    return fail(0, "speaks TLS there: give " + _origin.setting + " the port for plain http://");
}

HttpExchange::State Tunnel::fail(int httpStatus, const std::string& text, Obstacle obstacle) {
    const std::string status = httpStatus == 0 ? "" : " (HTTP " + std::to_string(httpStatus) + ")";
    return refuse({.cause = CloseCause::unreachable,
                   .httpStatus = httpStatus,
                   .text = "the proxy " + _proxy + " " + text + status,
                   .obstacle = obstacle});
}

}  // namespace aip::transport

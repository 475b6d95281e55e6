#include "transport/tunnel.h"

#include "transport/base64.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <sstream>

namespace aip::transport {
namespace {

using Poco::Net::HTTPRequest;

std::string requestFor(const Target& target) {
    HTTPRequest request(HTTPRequest::HTTP_CONNECT, target.authority(), HTTPRequest::HTTP_1_1);
    request.setHost(target.authority());
    if (!target.proxy->credentials.empty()) {
        request.set("Proxy-Authorization", "Basic " + base64(target.proxy->credentials));
    }
    std::ostringstream out;
    request.write(out);
    return out.str();
}

}  // namespace

Tunnel::Tunnel(const Target& target)
    : HttpExchange(requestFor(target)),
      _server(target.authority()),
      _proxy(target.proxy->host + " port " + std::to_string(target.proxy->port)),
      _identified(!target.proxy->credentials.empty()) {}

HttpExchange::State Tunnel::check(const Poco::Net::HTTPResponse& /*response*/) {
    const int status = statusCode();
    if (status >= 200 && status < 300) {
        return rest().empty() ? State::accepted : broken("is followed by bytes that nobody asked for");
    }
    if (status == 407) {
        return fail(status, _identified ? "does not take our credentials: check connection.http_proxy_credentials_file"
                                        : "wants credentials: set connection.http_proxy_credentials_file");
    }
    if (status == 403) {
        return fail(status, "does not let this device reach " + _server + ": have it allowed there");
    }
    if (status >= 500) {
        return fail(status, "cannot reach " + _server + ": check server.url, and the server");
    }
    return fail(status, "refuses CONNECT: check that connection.http_proxy is the address of a proxy");
}

HttpExchange::State Tunnel::broken(const std::string& why) {
    return fail(0, "gives an answer that " + why + ": check that connection.http_proxy is the address of a proxy");
}

HttpExchange::State Tunnel::fail(int httpStatus, const std::string& text) {
    const std::string status = httpStatus == 0 ? "" : " (HTTP " + std::to_string(httpStatus) + ")";
    return refuse({.cause = CloseCause::unreachable,
                   .httpStatus = httpStatus,
                   .text = "the proxy " + _proxy + " " + text + status});
}

}  // namespace aip::transport

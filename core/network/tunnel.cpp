#include "network/tunnel.h"

#include <utility>

namespace aip::network {
namespace {

constexpr int credentialsWanted = 407;

std::string nameOf(const Proxy& proxy) {
    return "the proxy " + proxy.host + " port " + std::to_string(proxy.port);
}

std::string connectRequest(const std::string& server, const Proxy& proxy) {
    std::string request = "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n";
    if (const std::string authorization = proxyAuthorization(proxy); !authorization.empty()) {
        request += "Proxy-Authorization: " + authorization + "\r\n";
    }
    return request + "\r\n";
}

}  // namespace

std::string wantsCredentials(const Proxy& proxy) {
    return nameOf(proxy) +
           (proxy.credentials.empty() ? " wants credentials: set " : " does not take our credentials: check ") +
           proxy.origin.credentials + " (HTTP " + std::to_string(credentialsWanted) + ")";
}

Tunnel::Tunnel(std::string server, const Proxy& proxy, std::string urlSetting)
    : HttpExchange(connectRequest(server, proxy)),
      _server(std::move(server)),
      _urlSetting(std::move(urlSetting)),
      _proxy(proxy) {}

HttpExchange::State Tunnel::check(const HttpHead& head) {
    const int status = head.status;
    if (status >= 200 && status < 300) {
        return rest().empty() ? State::accepted : broken("is followed by bytes that nobody asked for");
    }
    if (status == credentialsWanted) {
        return refuse({.httpStatus = status, .text = wantsCredentials(_proxy)});
    }
    if (status == 403) {
        return fail(status, "does not let this device reach " + _server + ": have it allowed there");
    }
    if (status == 429) {
        return fail(status, "wants fewer attempts");
    }
    if (status >= 500) {
        return fail(status, "cannot reach " + _server + ": check " + _urlSetting + ", and the server");
    }
    return fail(status, "refuses CONNECT: check that " + _proxy.origin.setting + " is the address of a proxy");
}

HttpExchange::State Tunnel::broken(const std::string& why) {
    return fail(0,
                "gives an answer that " + why + ": check that " + _proxy.origin.setting + " is the address of a proxy",
                Obstacle::notHttp);
}

HttpExchange::State Tunnel::answeredInTls() {
    return fail(0, "speaks TLS there: give " + _proxy.origin.setting + " the port for plain http://");
}

HttpExchange::State Tunnel::fail(int httpStatus, const std::string& text, Obstacle obstacle) {
    const std::string status = httpStatus == 0 ? "" : " (HTTP " + std::to_string(httpStatus) + ")";
    return refuse({.httpStatus = httpStatus, .text = nameOf(_proxy) + " " + text + status, .obstacle = obstacle});
}

}  // namespace aip::network

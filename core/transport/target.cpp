#include "transport/target.h"

#include "network/resolver.h"
#include "network/url.h"

#include <Poco/String.h>

#include <utility>

namespace aip::transport {
namespace {

using base::Code;
using base::Error;
using base::Result;
using network::bracketed;
using network::isLoopback;
using network::isNumeric;
using network::parseUrl;
using network::percentEncoded;
using network::Url;

constexpr const char* urlForm = "server.url is not valid: ";
constexpr const char* urlExpected = "; expected ws://host[:port]/path or wss://host[:port]/path";
constexpr std::uint16_t plainPort = 80;
constexpr std::uint16_t securePort = 443;

std::string pathOf(const Url& url) {
    return url.path.empty() ? "/" : url.path;
}

std::string resourceOf(const Url& url, const Endpoint& endpoint) {
    const std::string resource = pathOf(url) + url.query;
    if (endpoint.token.empty() || endpoint.tokenIn == TokenIn::header) {
        return resource;
    }
    const char* joint = url.query.empty() ? "?" : url.query.ends_with('?') || url.query.ends_with('&') ? "" : "&";
    return resource + joint + "token=" + percentEncoded(endpoint.token);
}

std::string authorizationOf(const Endpoint& endpoint) {
    return endpoint.token.empty() || endpoint.tokenIn == TokenIn::query ? "" : "Bearer " + endpoint.token;
}

/// What is wrong with a url of which only these schemes are known; empty if nothing is.
std::string flaw(const Url& url, const std::string& schemes, bool known) {
    if (!known) {
        return "the scheme is not " + schemes;
    }
    return url.hasUserInfo ? "a user before the host has no meaning here" : "";
}

/// As far as that can be told without asking for the addresses of a name.
Result<void> checkPrivacy(const Target& target) {
    const std::string why = target.proxy ? "ws:// through a proxy would send the token and all commands in the clear"
                            : isNumeric(target.host) ? whyNotInTheClear(target.host)
                                                     : "";
    return why.empty() ? Result<void>()
                       : Error(Code::denied, "server.url: " + why + ": use wss://, or set server.allow_plaintext=true");
}

Result<Target> complete(Target target, const Endpoint& endpoint) {
    if (!endpoint.proxyUrl.empty()) {
        auto proxy = network::parseProxy({endpoint.proxyUrl, endpoint.proxyCredentials, endpoint.proxyOrigin});
        if (!proxy) {
            return proxy.error();
        }
        target.proxy = *std::move(proxy);
    }
    if (!target.secure && !endpoint.allowPlaintext) {
        if (auto checked = checkPrivacy(target); !checked) {
            return checked.error();
        }
    }
    return target;
}

}  // namespace

std::string Target::address() const {
    return network::zoned(host, zone);
}

std::string Target::authority() const {
    return bracketed(host) + ":" + std::to_string(port);
}

std::string Target::hostHeader() const {
    return port == (secure ? securePort : plainPort) ? bracketed(host) : authority();
}

Result<Target> parseEndpoint(const Endpoint& endpoint) {
    const auto url = parseUrl(endpoint.url);
    const bool secure = url && url->scheme == "wss";
    const std::string why = url ? flaw(*url, "ws or wss", secure || url->scheme == "ws") : url.error().text();
    if (!why.empty()) {
        return Error(Code::invalid, urlForm + why + urlExpected);
    }
    const std::uint16_t port = url->port != 0 ? url->port : secure ? securePort : plainPort;
    return complete({url->host, url->zone, port, pathOf(*url), resourceOf(*url, endpoint), authorizationOf(endpoint),
                     secure, std::nullopt},
                    endpoint);
}

std::string whyNotInTheClear(const std::string& address) {
    return isLoopback(address) ? "" : "ws:// to " + address + " would send the token and all commands in the clear";
}

std::string withoutToken(std::string text, const std::string& token) {
    if (token.empty()) {
        return text;
    }
    Poco::replaceInPlace(text, percentEncoded(token), std::string("***"));
    return Poco::replaceInPlace(text, token, std::string("***"));
}

}  // namespace aip::transport

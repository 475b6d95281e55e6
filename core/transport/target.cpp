#include "transport/target.h"

#include "transport/resolver.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <utility>

namespace aip::transport {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr const char* urlForm = "server.url is not valid: ";
constexpr const char* urlExpected = "; expected ws://host[:port]/path or wss://host[:port]/path";
constexpr const char* proxyForm = "connection.http_proxy is not valid: ";
constexpr const char* proxyExpected = "; expected http://host:port";

std::string percentEncoded(const std::string& token) {
    std::string encoded;
    Poco::URI::encode(token, "?#/:;+@&=", encoded);
    return encoded;
}

std::string resourceOf(const Poco::URI& uri, const Endpoint& endpoint) {
    std::string resource = uri.getPathAndQuery();
    if (endpoint.token.empty() || endpoint.tokenIn == TokenIn::header) {
        return resource;
    }
    return resource + (uri.getRawQuery().empty() ? "?" : "&") + "token=" + percentEncoded(endpoint.token);
}

std::string authorizationOf(const Endpoint& endpoint) {
    return endpoint.token.empty() || endpoint.tokenIn == TokenIn::query ? "" : "Bearer " + endpoint.token;
}

/// What is wrong with a url of which only these schemes are known; empty if nothing is.
std::string flaw(const Poco::URI& uri, const std::string& schemes, bool known) {
    if (!known) {
        return "the scheme is not " + schemes;
    }
    if (uri.getHost().empty()) {
        return "it names no host";
    }
    return uri.getUserInfo().empty() ? "" : "a user before the host has no meaning here";
}

Result<Proxy> parseProxy(const Endpoint& endpoint) {
    try {
        const Poco::URI uri(endpoint.proxyUrl);
        std::string why = flaw(uri, "http", uri.getScheme() == "http");
        if (why.empty() && (uri.getPathAndQuery().size() > 1 || !uri.getFragment().empty())) {
            why = "a path has no meaning here";
        }
        if (why.empty()) {
            return Proxy{uri.getHost(), uri.getPort(), endpoint.proxyCredentials};
        }
        return Error(Code::invalid, proxyForm + why + proxyExpected);
    } catch (const Poco::Exception&) {  // its text would quote the url
        return Error(Code::invalid, std::string(proxyForm) + "it cannot be taken apart" + proxyExpected);
    }
}

/// As far as that can be told without asking for the addresses of a name.
Result<void> checkPrivacy(const Target& target) {
    const std::string why = target.proxy ? "ws:// through a proxy would send the token and all commands in the clear"
                            : isNumeric(target.host) ? whyNotInTheClear(target.host)
                                                     : "";
    return why.empty() ? Result<void>() : Error(Code::denied, why + ": use wss://, or set server.allow_plaintext=true");
}

Result<Target> complete(Target target, const Endpoint& endpoint) {
    if (!endpoint.proxyUrl.empty()) {
        auto proxy = parseProxy(endpoint);
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

std::string Target::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Target> parseEndpoint(const Endpoint& endpoint) {
    try {
        Poco::URI uri(endpoint.url);
        const bool secure = uri.getScheme() == "wss";
        if (const std::string why = flaw(uri, "ws or wss", secure || uri.getScheme() == "ws"); !why.empty()) {
            return Error(Code::invalid, urlForm + why + urlExpected);
        }
        if (uri.getPath().empty()) {
            uri.setPath("/");
        }
        return complete({uri.getHost(), uri.getPort(), uri.getPath(), resourceOf(uri, endpoint),
                         authorizationOf(endpoint), secure, std::nullopt},
                        endpoint);
    } catch (const Poco::Exception&) {  // its text would quote the url
        return Error(Code::invalid, std::string(urlForm) + "it cannot be taken apart" + urlExpected);
    }
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

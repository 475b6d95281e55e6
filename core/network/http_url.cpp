#include "network/http_url.h"

namespace aip::network {
namespace {

std::uint16_t defaultPort(const Url& url) {
    constexpr std::uint16_t plain = 80;
    constexpr std::uint16_t secure = 443;
    return url.scheme == "https" ? secure : plain;
}

}  // namespace

base::Result<Url> parseHttpUrl(const std::string& text) {
    auto url = parseUrl(text);
    if (!url) {
        return url;
    }
    if (url->scheme != "http" && url->scheme != "https") {
        return base::Error(base::Code::invalid, "it does not begin with http:// or https://");
    }
    if (url->hasUserInfo) {
        return base::Error(base::Code::invalid, "a user before the host has no meaning here");
    }
    return url;
}

std::uint16_t httpPort(const Url& url) {
    return url.port == 0 ? defaultPort(url) : url.port;
}

std::string authorityOf(const Url& url) {
    return bracketed(url.host) + ":" + std::to_string(httpPort(url));
}

std::string hostHeaderOf(const Url& url) {
    return httpPort(url) == defaultPort(url) ? bracketed(url.host) : authorityOf(url);
}

ProxyNeed needOf(const Url& url) {
    return {url.host, httpPort(url), url.scheme == "https"};
}

}  // namespace aip::network

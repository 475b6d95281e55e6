#include "network/proxy.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/printable.h"
#include "network/http_head.h"
#include "network/resolver.h"
#include "network/url.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace aip::network {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view schemeMark = "://";
constexpr std::uint16_t plainPort = 80;

std::string_view withoutDots(std::string_view name) {
    while (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    return name;
}

bool isThisMachine(const std::string& host) {
    const std::string_view name = withoutDots(host);
    constexpr std::string_view local = "localhost";
    const bool below = name.size() > local.size() && name[name.size() - local.size() - 1] == '.';
    const bool named = name.size() >= local.size() && base::equalNoCase(name.substr(name.size() - local.size()), local);
    return isLoopback(host) || (named && (below || name.size() == local.size()));
}

bool sameBits(std::string_view one, std::string_view other, std::size_t bits) {
    const std::size_t bytes = bits / 8;
    const unsigned mask = (0xFF00U >> bits % 8) & 0xFFU;
    return one.substr(0, bytes) == other.substr(0, bytes) &&
           (mask == 0 ||
            ((static_cast<unsigned char>(one[bytes]) ^ static_cast<unsigned char>(other[bytes])) & mask) == 0);
}

/// "10.0.0.0/8", "fd00::/8", or an address by itself.
bool isInNetwork(const std::string& host, const std::string& entry) {
    const std::size_t slash = std::min(entry.find('/'), entry.size());
    const std::string bytes = addressBytes(entry.substr(0, slash));
    std::size_t bits = bytes.size() * 8;
    if (slash < entry.size()) {
        const auto [end, failure] = std::from_chars(entry.data() + slash + 1, entry.data() + entry.size(), bits);
        if (failure != std::errc() || end != entry.data() + entry.size()) {
            return false;
        }
    }
    return !bytes.empty() && bytes.size() == host.size() && bits <= bytes.size() * 8 && sameBits(bytes, host, bits);
}

bool isBelow(std::string_view host, std::string_view domain) {
    if (domain.empty() || host.size() < domain.size()) {
        return false;
    }
    const std::size_t at = host.size() - domain.size();
    return base::equalNoCase(host.substr(at), domain) && (at == 0 || host[at - 1] == '.');
}

/// Without the port after it, if it is `port`; brackets of an IPv6 address left out.
std::string_view withoutPort(std::string_view entry, std::uint16_t port) {
    const std::string tail = ":" + std::to_string(port);
    const bool one = std::ranges::count(entry, ':') == 1 || entry.starts_with('[');
    if (one && entry.ends_with(tail)) {
        entry.remove_suffix(tail.size());
    }
    const bool bracketed = entry.starts_with('[') && entry.ends_with(']');
    return bracketed ? entry.substr(1, entry.size() - 2) : entry;
}

bool names(std::string_view entry, const std::string& host, std::uint16_t port) {
    if (entry == "*") {
        return true;
    }
    entry = withoutPort(entry, port);
    if (const std::string address = addressBytes(host); !address.empty()) {
        return isInNetwork(address, std::string(entry));
    }
    entry.remove_prefix(entry.starts_with("*.") ? 2 : entry.starts_with('.') ? 1 : 0);
    return isBelow(withoutDots(host), withoutDots(entry));
}

/// Where the user begins and how long it is, with its @; nothing if there is none.
std::optional<std::pair<std::size_t, std::size_t>> userIn(std::string_view value) {
    const std::size_t mark = value.find(schemeMark);
    const std::size_t begin = mark == std::string_view::npos ? 0 : mark + schemeMark.size();
    const std::size_t at = value.substr(0, value.find_first_of("/?#", begin)).rfind('@');
    return at == std::string_view::npos || at < begin ? std::nullopt : std::optional(std::pair(begin, at + 1 - begin));
}

std::string credentialsIn(std::string_view value) {
    const auto user = userIn(value);
    if (!user) {
        return {};
    }
    const std::string_view raw = value.substr(user->first, user->second - 1);
    const std::size_t colon = std::min(raw.find(':'), raw.size());
    const std::string_view password = raw.substr(std::min(colon + 1, raw.size()));
    return percentDecoded(raw.substr(0, colon)) + ":" + percentDecoded(password);
}

std::string flawOfProxy(const Url& url) {
    if (url.scheme != "http") {
        return "the scheme is not http";
    }
    if (url.hasUserInfo) {
        return "a user before the host has no meaning here";
    }
    return url.path.size() + url.query.size() > 1 ? "a path has no meaning here" : "";
}

ProxyText textOf(const ProxyVariable& variable) {
    const std::string value = withoutUser(variable.value);
    return {
        value.find(schemeMark) == std::string::npos ? "http://" + value : value,
        credentialsIn(variable.value),
        {variable.name + " of the environment", "the user and password in " + variable.name + " of the environment"}};
}

}  // namespace

Result<Proxy> parseProxy(const ProxyText& text) {
    const auto url = parseUrl(text.url);
    if (const std::string why = url ? flawOfProxy(*url) : url.error().text(); !why.empty()) {
        return Error(Code::invalid, text.origin.setting + " is not valid: " + why + "; expected http://host:port");
    }
    return Proxy{zoned(url->host, url->zone), url->port == 0 ? plainPort : url->port, text.credentials, text.origin};
}

std::string proxyAuthorization(const Proxy& proxy) {
    return proxy.credentials.empty() ? "" : "Basic " + base::base64(proxy.credentials);
}

Result<std::optional<ProxyText>> proxyFor(const ProxyNeed& need, const ProxyEnvironment& environment) {
    const ProxyVariable& variable = need.secure ? environment.secure : environment.plain;
    if (variable.value.empty() || isThisMachine(need.host) || isExempt(need.host, need.port, environment.exempt)) {
        return std::optional<ProxyText>();
    }
    ProxyText text = textOf(variable);
    if (!base::isOneLine(text.credentials)) {
        return Error(Code::invalid, text.origin.credentials + ": a control character has no place there");
    }
    if (auto checked = parseProxy(text); !checked) {
        return fromVariable(checked.error(), text.origin);
    }
    return std::optional(std::move(text));
}

Error fromVariable(const Error& why, const ProxyOrigin& origin) {
    return {why.code(), why.text() + " (" + origin.setting + " names a proxy; no_proxy can except the server)"};
}

bool isExempt(const std::string& host, std::uint16_t port, const std::string& list) {
    for (std::string_view left = list; !left.empty();) {
        const std::size_t end = std::min(left.find_first_of(", \t"), left.size());
        if (end > 0 && names(left.substr(0, end), host, port)) {
            return true;
        }
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return false;
}

std::string withoutUser(const std::string& value) {
    const auto user = userIn(value);
    return user ? std::string(value).erase(user->first, user->second) : value;
}

}  // namespace aip::network

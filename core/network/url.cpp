#include "network/url.h"

#include "base/ascii.h"
#include "network/resolver.h"

#include <Poco/URI.h>

#include <algorithm>
#include <charconv>

namespace aip::network {
namespace {

using base::Code;
using base::Error;
using base::Result;

int hexValue(char c) {
    const auto position = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
    return position == std::string_view::npos || (position < 10 && !base::isDigit(c)) ? -1 : static_cast<int>(position);
}

bool isEscape(std::string_view text) {
    return text.size() >= 3 && text[0] == '%' && hexValue(text[1]) >= 0 && hexValue(text[2]) >= 0;
}

/// What cannot stand in any part; empty if nothing is wrong.
std::string flawOf(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x20 || byte == 0x7F) {
            return "it holds a control character: remove it";
        }
        if (byte == ' ') {
            return "it holds a blank: write %20";
        }
        if (byte >= 0x80) {
            return "it holds a character that is not ASCII: write its UTF-8 bytes as %XX, a host name as xn--...";
        }
        if (byte == '#') {
            return "a fragment is never sent: write a # that belongs to it as %23";
        }
        if (byte == '%' && !isEscape(text.substr(at))) {
            return "a % is not followed by two hexadecimal digits: write %25 for the character itself";
        }
    }
    return {};
}

std::string takePort(Url& url, std::string_view text) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), url.port);
    const bool fine = failure == std::errc() && end == text.data() + text.size() && url.port != 0;
    return fine ? "" : "the port is not a number from 1 to 65535";
}

/// Decimal, octal or hexadecimal: a part of an address that only inet_aton() understands.
bool isNumber(std::string_view text) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    text.remove_prefix(hex ? 2 : 0);
    return (hex || !text.empty()) &&
           std::ranges::all_of(text, [hex](char c) { return hexValue(c) >= 0 && (hex || c <= '9'); });
}

/// The system takes "10.1" and "0x7f000001" for addresses, nothing that checks a certificate does.
bool isShortAddress(std::string_view host) {
    host.remove_suffix(host.ends_with('.') ? 1 : 0);
    for (std::string_view rest = host;;) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        if (!isNumber(rest.substr(0, dot))) {
            return false;
        }
        if (dot == rest.size()) {
            return !isIpv4(std::string(host));
        }
        rest.remove_prefix(dot + 1);
    }
}

std::string takeName(Url& url, std::string_view text) {
    const bool plain =
        std::ranges::all_of(text, [](char c) { return base::isLetterOrDigit(c) || c == '-' || c == '.' || c == '_'; });
    url.host = text;
    if (text.empty()) {
        return "it names no host";
    }
    if (isShortAddress(text)) {
        return "the host is a number and not an address: write the address in full, as in 10.0.0.1";
    }
    return plain ? "" : "the host holds a character that no name of a host has (an IPv6 address goes into brackets)";
}

/// "fe80::1%25eth0" (RFC 6874).
std::string takeIpv6(Url& url, std::string_view text) {
    const std::size_t percent = std::min(text.find('%'), text.size());
    const std::string_view zone = text.substr(percent);
    url.host = text.substr(0, percent);
    url.zone = percentDecoded(zone.substr(std::min<std::size_t>(3, zone.size())));
    if (!isIpv6(url.host)) {
        return "the text in brackets is not an IPv6 address";
    }
    const bool named = !url.zone.empty() && url.zone.find('\0') == std::string::npos;
    if (!zone.empty() && (!zone.starts_with("%25") || !named)) {
        return "the interface of an IPv6 address is written after %25, as in [fe80::1%25eth0]";
    }
    return zone.empty() && isLinkLocal(url.host) ? "this address wants its interface, as in [fe80::1%25eth0]" : "";
}

std::string takeHost(Url& url, std::string_view text) {
    const bool bracket = text.starts_with('[');
    const std::size_t close = bracket ? text.find(']') : text.find(':');
    if (bracket && close == std::string_view::npos) {
        return "a bracket is not closed";
    }
    const std::size_t end = std::min(bracket ? close + 1 : close, text.size());
    std::string why = bracket ? takeIpv6(url, text.substr(1, close - 1)) : takeName(url, text.substr(0, end));
    if (!why.empty() || end == text.size()) {
        return why;
    }
    return text[end] == ':' ? takePort(url, text.substr(end + 1)) : "something stands between the host and its port";
}

std::string takeAuthority(Url& url, std::string_view text) {
    const std::size_t at = text.rfind('@');
    url.hasUserInfo = at != std::string_view::npos;
    if (url.hasUserInfo) {
        url.userInfo = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    return takeHost(url, text);
}

std::string take(Url& url, std::string_view text) {
    if (std::string why = flawOf(text); !why.empty()) {
        return why;
    }
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || !std::all_of(text.begin(), text.begin() + scheme, base::isLetterOrDigit)) {
        return "it has no scheme";
    }
    url.scheme = text.substr(0, scheme);
    std::ranges::transform(url.scheme, url.scheme.begin(), [](char c) { return c <= 'Z' && c >= 'A' ? c | 0x20 : c; });
    text.remove_prefix(scheme + 3);
    const std::size_t authority = std::min(text.find_first_of("/?"), text.size());
    const std::size_t query = std::min(text.find('?', authority), text.size());
    url.path = text.substr(authority, query - authority);
    url.query = text.substr(query);
    return takeAuthority(url, text.substr(0, authority));
}

}  // namespace

Result<Url> parseUrl(std::string_view text) {
    Url url;
    if (const std::string why = take(url, text); !why.empty()) {
        return Error(Code::invalid, why);
    }
    return url;
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string zoned(const std::string& host, const std::string& zone) {
    return zone.empty() ? host : host + "%" + zone;
}

std::string percentDecoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = isEscape(text.substr(at));
        decoded += escape ? static_cast<char>(hexValue(text[at + 1]) * 16 + hexValue(text[at + 2])) : text[at];
        at += escape ? 2 : 0;
    }
    return decoded;
}

std::string percentEncoded(const std::string& text, const std::string& reserved) {
    std::string encoded;
    Poco::URI::encode(text, reserved, encoded);
    return encoded;
}

}  // namespace aip::network

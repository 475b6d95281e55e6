#include "app/listen_address.h"

#include "network/resolver.h"

#include <charconv>

namespace aip::app {

std::optional<ListenAddress> listenAddress(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    ListenAddress address{std::string(bracketed ? host.substr(1, host.size() - 2) : host), 0};
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, address.port);
    const bool fits = bracketed ? network::isIpv6(address.host) : network::isIpv4(address.host);
    return read.ec == std::errc() && read.ptr == end && fits ? std::optional(address) : std::nullopt;
}

base::Result<void> checkLoopback(const std::string& text) {
    const auto address = listenAddress(text);
    if (text.empty() || (address && network::isLoopback(address->host))) {
        return {};
    }
    return base::Error(base::Code::invalid, address ? "others than this machine could connect there; an address of "
                                                      "the loopback is needed, as 127.0.0.1:9464"
                                                    : "not ADDRESS:PORT, as 127.0.0.1:9464 or [::1]:9464");
}

}  // namespace aip::app

#include "network/socket_address_posix.h"

#include <array>
#include <cstring>
#include <memory>

#include <netdb.h>

namespace aip::network {

const in_addr* SocketAddress::ipv4() const {
    return family() == AF_INET ? &reinterpret_cast<const sockaddr_in&>(storage).sin_addr : nullptr;
}

const in6_addr* SocketAddress::ipv6() const {
    return family() == AF_INET6 ? &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr : nullptr;
}

std::string SocketAddress::text() const {
    std::array<char, NI_MAXHOST> out{};
    if (::getnameinfo(get(), size, out.data(), out.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
        return {};
    }
    const std::string text = out.data();
    const bool mapped = ipv6() != nullptr && IN6_IS_ADDR_V4MAPPED(ipv6());
    return mapped ? text.substr(text.rfind(':') + 1) : text;
}

std::optional<SocketAddress> socketAddress(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        return std::nullopt;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    SocketAddress result;
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    result.size = found->ai_addrlen;
    return result;
}

}  // namespace aip::network

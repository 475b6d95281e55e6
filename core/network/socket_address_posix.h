#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

namespace aip::network {

/// A numeric address and a port as the system's calls take them.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
    /// Null if it is of another family.
    const in_addr* ipv4() const;
    const in6_addr* ipv6() const;

    /// The numeric address: an IPv6 one with its zone, an IPv4 one in an IPv6 one as IPv4.
    std::string text() const;
};

/// Nothing if `address` is not numeric, or its interface is not there.
std::optional<SocketAddress> socketAddress(const std::string& address, std::uint16_t port = 0);

}  // namespace aip::network

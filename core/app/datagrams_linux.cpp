#include "app/datagrams.h"

#include <cstddef>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace aip::app {

std::optional<Datagrams> Datagrams::to(std::string address) {
    if (address.size() < 2 || address.size() >= sizeof(sockaddr_un::sun_path) ||
        (address[0] != '/' && address[0] != '@')) {
        return std::nullopt;
    }
    address[0] = address[0] == '@' ? '\0' : address[0];
    base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) {
        return std::nullopt;
    }
    constexpr timeval sendLimit{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &sendLimit, sizeof sendLimit);
    return Datagrams(std::move(address), std::move(socket));
}

bool Datagrams::send(std::string_view text) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    _address.copy(address.sun_path, sizeof address.sun_path);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + _address.size());
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);
    return ::sendto(_socket.get(), text.data(), text.size(), MSG_NOSIGNAL, to, size) ==
           static_cast<ssize_t>(text.size());
}

}  // namespace aip::app

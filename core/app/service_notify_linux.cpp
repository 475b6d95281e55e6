#include "app/service_notify.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::app {
namespace {

constexpr timeval patience{1, 0};

std::string taken(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::optional<std::uint64_t> number(const std::string& text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && value > 0 ? std::optional(value) : std::nullopt;
}

/// None if it is neither a path nor the name of an abstract socket, or too long.
std::optional<std::string> socketAddress(std::string name) {
    if (name.size() < 2 || name.size() >= sizeof(sockaddr_un::sun_path) || (name[0] != '/' && name[0] != '@')) {
        return std::nullopt;
    }
    name[0] = name[0] == '@' ? '\0' : name[0];
    return name;
}

base::Descriptor datagramSocket() {
    base::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (socket) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    return socket;
}

}  // namespace

ServiceNotify ServiceNotify::take() {
    const auto address = socketAddress(taken("NOTIFY_SOCKET"));
    const auto interval = number(taken("WATCHDOG_USEC"));
    const std::string whose = taken("WATCHDOG_PID");
    ServiceNotify notify;
    if (!address) {
        return notify;
    }
    notify._address = *address;
    notify._socket = datagramSocket();
    if (interval && (whose.empty() || number(whose) == static_cast<std::uint64_t>(::getpid()))) {
        notify._watchdog = std::chrono::microseconds(*interval);
    }
    return notify;
}

bool ServiceNotify::send(const std::string& state) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    _address.copy(address.sun_path, sizeof address.sun_path);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + _address.size());
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);
    return ::sendto(_socket.get(), state.data(), state.size(), MSG_NOSIGNAL, to, size) ==
           static_cast<ssize_t>(state.size());
}

}  // namespace aip::app

#include "app/network_watch.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::app {
namespace {

/// A netlink socket that is told of new addresses and raises SIGIO for it; -1 if there is none to be had.
int openAddressEvents() {
    const int descriptor = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (descriptor >= 0 && ::bind(descriptor, reinterpret_cast<sockaddr*>(&groups), sizeof groups) == 0 &&
        ::fcntl(descriptor, F_SETOWN, ::getpid()) == 0 && ::fcntl(descriptor, F_SETFL, O_NONBLOCK | O_ASYNC) == 0) {
        return descriptor;
    }
    ::close(descriptor);
    return -1;
}

bool announcesAddress(const char* bytes, std::size_t size) {
    for (auto* header = reinterpret_cast<const nlmsghdr*>(bytes); NLMSG_OK(header, size);
         header = NLMSG_NEXT(header, size)) {
        if (header->nlmsg_type == RTM_NEWADDR) {
            return true;
        }
    }
    return false;
}

/// Takes all that waits. What was lost to a full buffer may have been an address.
bool takeAddressEvents(int descriptor) {
    alignas(nlmsghdr) std::array<char, 8'192> bytes{};
    bool arrived = false;
    ssize_t size = 0;
    while ((size = ::recv(descriptor, bytes.data(), bytes.size(), 0)) > 0) {
        arrived = announcesAddress(bytes.data(), static_cast<std::size_t>(size)) || arrived;
    }
    return arrived || errno == ENOBUFS;
}

std::atomic<int> addressEvents{-1};

}  // namespace

bool watchNetwork() {
    addressEvents = openAddressEvents();
    return addressEvents >= 0;
}

bool addressArrived() {
    return takeAddressEvents(addressEvents);
}

}  // namespace aip::app

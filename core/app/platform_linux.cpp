#include "app/platform.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <system_error>

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::app {
namespace {

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGIO}) {
        sigaddset(&set, signal);
    }
    return set;
}

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
bool addressArrived(int descriptor) {
    alignas(nlmsghdr) std::array<char, 8'192> bytes{};
    bool arrived = false;
    ssize_t size = 0;
    while ((size = ::recv(descriptor, bytes.data(), bytes.size(), 0)) > 0) {
        arrived = announcesAddress(bytes.data(), static_cast<std::size_t>(size)) || arrived;
    }
    return arrived || errno == ENOBUFS;
}

std::atomic<int> addressEvents{-1};

std::filesystem::path installed() {
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return folder.parent_path() / "lib" / "aip-agent";
}

}  // namespace

std::string_view platformName() {
    return "linux";
}

std::filesystem::path installedPlugins() {
    return installed() / "plugins";
}

std::filesystem::path installedRunner() {
    return installed() / "aip-plugin-runner";
}

void blockSignals() {
    const sigset_t set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool hasAllRights() {
    return ::geteuid() == 0;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> findUser(const std::string& name) {
    std::uint32_t number = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool isNumber = problem == std::errc() && end == name.data() + name.size();
    const passwd* entry = isNumber ? ::getpwuid(number) : ::getpwnam(name.c_str());
    if (entry != nullptr) {
        return std::pair(entry->pw_uid, entry->pw_gid);
    }
    return isNumber && number < ~0U ? std::optional(std::pair(number, number)) : std::nullopt;
}

void allowTracing(bool allowed) {
    ::prctl(PR_SET_DUMPABLE, allowed ? 1 : 0);
}

/// Beside allowTracing(): that may be on. 1, not 0: the kernel hands a dump to a pipe in core_pattern whatever the
/// limit, except 1; and a file needs at least a page.
void forbidCoreDumps() {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1);
    ::setrlimit(RLIMIT_CORE, &limit);
}

Signal waitForSignal() {
    const sigset_t set = handledSignals();
    while (true) {
        int signal = 0;
        if (sigwait(&set, &signal) != 0) {
            continue;
        }
        if (signal != SIGIO) {
            return signal == SIGHUP ? Signal::hangUp : Signal::stop;
        }
        if (addressArrived(addressEvents)) {
            return Signal::networkUp;
        }
    }
}

NetworkWatch::NetworkWatch() : _descriptor(openAddressEvents()) {
    addressEvents = _descriptor;
}

NetworkWatch::~NetworkWatch() {
    addressEvents = -1;
    ::close(_descriptor);
}

void raiseStop() {
    ::kill(::getpid(), SIGTERM);
}

}  // namespace aip::app

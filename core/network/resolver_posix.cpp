#include "base/shortage.h"
#include "network/resolver.h"
#include "network/socket_address_posix.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>

namespace aip::network {
namespace {

std::vector<std::string> texts(const addrinfo* list) {
    std::vector<std::string> addresses;
    for (; list != nullptr; list = list->ai_next) {
        SocketAddress address;
        address.size = list->ai_addrlen;
        std::copy_n(reinterpret_cast<const char*>(list->ai_addr), list->ai_addrlen,
                    reinterpret_cast<char*>(&address.storage));
        if (std::string text = address.text(); !text.empty()) {
            addresses.push_back(std::move(text));
        }
    }
    return addresses;
}

base::Error unresolved(const std::string& host, const std::string& why) {
    const std::string advice =
        host.find('%') == std::string::npos ? "check the host and DNS" : "check the interface after the %";
    return {base::Code::unavailable, "the name '" + host + "' cannot be resolved (" + why + "): " + advice};
}

bool isV6Text(const std::string& address) {
    return address.find(':') != std::string::npos;
}

Addresses lookedUp(const LookUp& lookUp, const std::string& host) {
    try {
        return lookUp(host);
    } catch (const std::bad_alloc&) {
        return base::Error(base::Code::exhausted, "out of memory");  // so short that it needs none
    }
}

}  // namespace

struct Resolution::Shared {
    std::mutex mutex;
    std::optional<Addresses> result;
};

Resolution::Resolution(const std::string& host, std::function<void()> done, LookUp lookUp)
    : _shared(std::make_shared<Shared>()) {
    if (isNumeric(host)) {
        _shared->result = lookUp(host);
        return;
    }
    try {
        std::thread([shared = _shared, host, done = std::move(done), lookUp = std::move(lookUp)] {
            Addresses addresses = lookedUp(lookUp, host);
            {
                const std::lock_guard lock(shared->mutex);
                shared->result = std::move(addresses);
            }
            done();
        }).detach();
    } catch (const std::exception& problem) {
        _shared->result =
            base::Error(base::Code::exhausted, "no thread to resolve the name '" + host + "': " + problem.what());
    }
}

Resolution::Resolution(base::Error why) : _shared(std::make_shared<Shared>()) {
    _shared->result = std::move(why);
}

std::optional<Addresses> Resolution::result() const {
    const std::lock_guard lock(_shared->mutex);
    return _shared->result;
}

Resolution Resolver::begin(const std::string& host) {
    std::erase_if(_pending, [](const auto& each) { return each.second.result().has_value(); });
    if (const auto same = _pending.find(host); same != _pending.end()) {
        return same->second;
    }
    if (_pending.size() >= mostPending && !isNumeric(host)) {
        return Resolution(base::Error(base::Code::exhausted, "the name '" + host +
                                                                 "' is not looked up: " + std::to_string(mostPending) +
                                                                 " other names are still being looked up: check DNS"));
    }
    return _pending.emplace(host, Resolution(host, _done, _lookUp)).first->second;
}

Addresses resolve(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); failure != 0) {
        if (failure == EAI_MEMORY || (failure == EAI_SYSTEM && base::isShortage(errno))) {
            return base::Error(base::Code::exhausted,
                               "the name '" + host + "' cannot be resolved: " + std::system_category().message(errno));
        }
        return unresolved(host, ::gai_strerror(failure));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    auto addresses = texts(found);
    return addresses.empty() ? Addresses(unresolved(host, "no address")) : Addresses(std::move(addresses));
}

std::vector<std::string> interleaved(const std::vector<std::string>& addresses) {
    std::vector<std::string> first;
    std::vector<std::string> second;
    for (const std::string& address : addresses) {
        auto& family = isV6Text(address) == isV6Text(addresses.front()) ? first : second;
        if (family.size() < mostOfFamily && std::ranges::find(family, address) == family.end()) {
            family.push_back(address);
        }
    }
    std::vector<std::string> all;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        for (const auto* family : {&first, &second}) {
            if (i < family->size()) {
                all.push_back((*family)[i]);
            }
        }
    }
    return all;
}

bool isNumeric(const std::string& host) {
    return socketAddress(host).has_value();
}

bool isIpv4(const std::string& address) {
    in_addr parsed{};
    return ::inet_pton(AF_INET, address.c_str(), &parsed) == 1;
}

bool isIpv6(const std::string& address) {
    const auto parsed = socketAddress(address);
    return parsed && parsed->ipv6() != nullptr;
}

std::string addressBytes(const std::string& address) {
    const auto parsed = socketAddress(address);
    if (!parsed) {
        return {};
    }
    if (const in_addr* v4 = parsed->ipv4(); v4 != nullptr) {
        return {reinterpret_cast<const char*>(v4), sizeof *v4};
    }
    const std::string bytes(reinterpret_cast<const char*>(parsed->ipv6()), sizeof(in6_addr));
    return IN6_IS_ADDR_V4MAPPED(parsed->ipv6()) ? bytes.substr(bytes.size() - sizeof(in_addr)) : bytes;
}

bool isLoopback(const std::string& address) {
    const std::string bytes = addressBytes(address);
    return bytes.size() == sizeof(in_addr) ? bytes.front() == 127
                                           : bytes == std::string(sizeof(in6_addr) - 1, '\0') + '\x01';
}

bool isLinkLocal(const std::string& address) {
    const auto parsed = socketAddress(address);
    return parsed && parsed->ipv6() != nullptr && IN6_IS_ADDR_LINKLOCAL(parsed->ipv6());
}

}  // namespace aip::network

#include "transport/resolver.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace aip::transport {

using Poco::Net::IPAddress;

struct Resolution::Shared {
    std::mutex mutex;
    std::optional<Addresses> result;
};

Resolution::Resolution(const std::string& host, std::function<void()> done,
                       std::function<Addresses(const std::string&)> lookUp)
    : _shared(std::make_shared<Shared>()) {
    if (isNumeric(host)) {
        _shared->result = lookUp(host);
        return;
    }
    try {
        std::thread([shared = _shared, host, done = std::move(done), lookUp = std::move(lookUp)] {
            Addresses addresses = lookUp(host);
            {
                const std::lock_guard lock(shared->mutex);
                shared->result = std::move(addresses);
            }
            done();
        }).detach();
    } catch (const std::system_error& problem) {
        _shared->result =
            base::Error(base::Code::exhausted, "no thread to resolve the name '" + host + "': " + problem.what());
    }
}

std::optional<Addresses> Resolution::result() const {
    const std::lock_guard lock(_shared->mutex);
    return _shared->result;
}

Addresses resolve(const std::string& host) {
    using Poco::Net::DNS;
    if (IPAddress literal; IPAddress::tryParse(host, literal)) {
        return std::vector<std::string>{literal.toString()};
    }
    try {
        std::vector<std::string> addresses;
        const Poco::Net::HostEntry entry = DNS::hostByName(host, DNS::DNS_HINT_NONE);
        for (const IPAddress& address : entry.addresses()) {
            addresses.push_back(address.toString());
        }
        if (!addresses.empty()) {
            return addresses;
        }
    } catch (const Poco::Exception&) {  // its text is only the name of the host
    }
    return base::Error(base::Code::unavailable, "the name '" + host + "' cannot be resolved: check the host and DNS");
}

bool isNumeric(const std::string& host) {
    IPAddress literal;
    return IPAddress::tryParse(host, literal);
}

bool isLoopback(const std::string& address) {
    IPAddress literal;
    return IPAddress::tryParse(address, literal) && literal.isLoopback();
}

}  // namespace aip::transport

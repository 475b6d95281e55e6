#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::network {

/// Numeric, IPv6 with its zone ("fe80::1%eth0"), in the order in which they are to be tried.
using Addresses = base::Result<std::vector<std::string>>;

/// Asks for the addresses of a host; may block.
using LookUp = std::function<Addresses(const std::string& host)>;

/// All addresses of a host, at least one, in the order of the system (RFC 6724). Asks the system afresh each time and
/// blocks while it does.
Addresses resolve(const std::string& host);

/// A name may have thousands.
inline constexpr std::size_t mostOfFamily = 32;

/// The same addresses with the families in turn, that of the first one first (RFC 8305, 4), each address once, the
/// first so many of each: a family that does not work costs one attempt.
std::vector<std::string> interleaved(const std::vector<std::string>& addresses);

/// A host on its way to its addresses. The system's resolver blocks as long as it likes, so a name is looked up on a
/// thread of its own, which goes on alone if nobody waits for it any more.
class Resolution {
  public:
    /// `done` is called on that thread, perhaps after this object is gone; not for a numeric host, which is known at
    /// once.
    Resolution(const std::string& host, std::function<void()> done, LookUp lookUp = resolve);

    /// One that has failed.
    explicit Resolution(base::Error why);

    /// The addresses, or why there are none; nothing while they are being looked up.
    std::optional<Addresses> result() const;

  private:
    struct Shared;
    std::shared_ptr<Shared> _shared;
};

/// Begins resolutions, one for each attempt to connect. While the system's resolver hangs an attempt waits for the
/// look-up of the one before, so that they do not cost a thread each. One thread.
class Resolver {
  public:
    static constexpr std::size_t mostPending = 8;  ///< look-ups of different hosts at the same time

    /// `done`: see Resolution.
    Resolver(std::function<void()> done, LookUp lookUp) : _done(std::move(done)), _lookUp(std::move(lookUp)) {}

    /// A look-up of this host that has not ended, or a new one. Its result is EXHAUSTED if there are too many.
    Resolution begin(const std::string& host);

  private:
    const std::function<void()> _done;
    const LookUp _lookUp;
    std::map<std::string, Resolution> _pending;
};

/// The bytes of a numeric address in the order of the network: 4, or 16; an IPv4 address in an IPv6 one
/// (::ffff:127.0.0.1) as IPv4. Empty if it is not numeric.
std::string addressBytes(const std::string& address);

/// Is `host` a numeric address, so that there is nothing to resolve?
bool isNumeric(const std::string& host);

/// Is it an IPv4 address of four decimal numbers?
bool isIpv4(const std::string& address);

/// Is it an IPv6 address, without brackets and zone?
bool isIpv6(const std::string& address);

/// Does this numeric address lead back to this machine and nowhere else? So does an IPv4 address of that kind in an
/// IPv6 one (::ffff:127.0.0.1).
bool isLoopback(const std::string& address);

/// Is it an IPv6 address that means nothing without its interface?
bool isLinkLocal(const std::string& address);

}  // namespace aip::network

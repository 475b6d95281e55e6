#pragma once

#include "base/error.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::transport {

using Addresses = base::Result<std::vector<std::string>>;

/// All addresses of a host, numeric, at least one. Asks the system afresh each time and blocks while it does.
Addresses resolve(const std::string& host);

/// A host on its way to its addresses. The system's resolver blocks as long as it likes, so a name is looked up on a
/// thread of its own, which goes on alone if nobody waits for it any more.
class Resolution {
  public:
    /// `done` is called on that thread, perhaps after this object is gone; not for a numeric host, which is known at
    /// once.
    Resolution(const std::string& host, std::function<void()> done,
               std::function<Addresses(const std::string&)> lookUp = resolve);

    /// The addresses, or why there are none; nothing while they are being looked up.
    std::optional<Addresses> result() const;

  private:
    struct Shared;
    std::shared_ptr<Shared> _shared;
};

/// Is `host` a numeric address, so that there is nothing to resolve?
bool isNumeric(const std::string& host);

/// Does this numeric address lead back to this machine and nowhere else?
bool isLoopback(const std::string& address);

}  // namespace aip::transport

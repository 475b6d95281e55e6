#pragma once

#include "base/descriptor.h"

#include <optional>
#include <string>
#include <string_view>

namespace aip::app {

/// Sends datagrams to one Unix socket of another process. Any thread.
class Datagrams {
  public:
    /// An absolute path, or @ and the name of an abstract socket. None if it is neither, or too long, or if there are
    /// no descriptors. Whether somebody listens there is not asked.
    static std::optional<Datagrams> to(std::string address);

    /// Waits up to a second for a receiver that does not read. False: it was not sent.
    bool send(std::string_view text) const;

  private:
    Datagrams(std::string address, base::Descriptor socket)
        : _address(std::move(address)), _socket(std::move(socket)) {}

    std::string _address;  ///< as in sun_path
    base::Descriptor _socket;
};

}  // namespace aip::app

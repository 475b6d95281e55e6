#pragma once

#include "base/error.h"
#include "network/stream.h"

#include <cstdint>
#include <memory>
#include <string>

namespace aip::network {

/// Begins to connect to a numeric address, without Nagle's delay; children do not inherit the descriptor.
base::Result<std::unique_ptr<Stream>> openTcp(const std::string& address, std::uint16_t port);

/// The numeric address of our end of a connection, without a zone; empty if there is none.
std::string ownAddress(int descriptor);

}  // namespace aip::network

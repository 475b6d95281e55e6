#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::app {

struct ListenAddress {
    std::string host;  ///< an IP address, without brackets
    std::uint16_t port = 0;
};

/// "127.0.0.1:8000", "[::1]:8000", "0.0.0.0:0"; none if it is not like that.
std::optional<ListenAddress> listenAddress(std::string_view text);

/// INVALID if it is not like that, or if others than this machine could connect. Empty is all right.
base::Result<void> checkLoopback(const std::string& text);

}  // namespace aip::app

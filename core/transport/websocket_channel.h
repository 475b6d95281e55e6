#pragma once

#include "base/clock.h"
#include "transport/channel.h"

#include <memory>

namespace aip::transport {

/// A Channel over RFC 6455, without extensions. `clock` outlives it.
std::unique_ptr<Channel> makeWebSocketChannel(const ChannelSettings& settings, const base::Clock& clock);

}  // namespace aip::transport

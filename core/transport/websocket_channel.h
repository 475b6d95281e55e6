#pragma once

#include "base/clock.h"
#include "network/resolver.h"
#include "transport/channel.h"

#include <memory>

namespace aip::transport {

/// A Channel over RFC 6455, without extensions. `clock` outlives it; `lookUp` is called on threads of its own, which
/// may outlive it.
std::unique_ptr<Channel> makeWebSocketChannel(const ChannelSettings& settings, const base::Clock& clock,
                                              network::LookUp lookUp = network::resolve);

}  // namespace aip::transport

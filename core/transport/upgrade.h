#pragma once

#include "network/http_exchange.h"
#include "transport/target.h"

#include <string>

namespace aip::transport {

/// The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.
std::string acceptKey(const std::string& key);

/// The HTTP request that becomes a WebSocket, and the check of its answer. Pure.
class Upgrade final : public network::HttpExchange {
  public:
    /// `key` is the Sec-WebSocket-Key: 16 random bytes in Base64.
    Upgrade(const Target& target, std::string key);

    /// With a random key.
    explicit Upgrade(const Target& target);

  private:
    State check(const network::HttpHead& head) override;
    State broken(const std::string& why) override;
    State answeredInTls() override;
    State violated(std::string text, Obstacle obstacle = Obstacle::unknown);

    std::string _key;
    std::string _path;
};

}  // namespace aip::transport

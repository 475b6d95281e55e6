#pragma once

#include "transport/http_exchange.h"
#include "transport/target.h"

#include <string>

namespace aip::transport {

/// CONNECT: asks a proxy for a way to the server. Pure.
class Tunnel final : public HttpExchange {
  public:
    /// `target` has a proxy.
    explicit Tunnel(const Target& target);

  private:
    State check(const HttpHead& head) override;
    State broken(const std::string& why) override;
    State answeredInTls() override;
    State fail(int httpStatus, const std::string& text, Obstacle obstacle = Obstacle::unknown);

    std::string _server;  ///< host:port
    std::string _proxy;
    ProxyOrigin _origin;
    bool _identified;
};

}  // namespace aip::transport

#pragma once

#include "network/http_exchange.h"
#include "network/proxy.h"

#include <string>

namespace aip::network {

/// The words for a proxy that answers with 407.
std::string wantsCredentials(const Proxy& proxy);

/// CONNECT: asks a proxy for a way to the server. Pure.
class Tunnel final : public HttpExchange {
  public:
    /// `server`: host:port, as an authority; `urlSetting` names it.
    Tunnel(std::string server, const Proxy& proxy, std::string urlSetting);

  private:
    State check(const HttpHead& head) override;
    State broken(const std::string& why) override;
    State answeredInTls() override;
    State fail(int httpStatus, const std::string& text, Obstacle obstacle = Obstacle::unknown);

    std::string _server;
    std::string _urlSetting;
    Proxy _proxy;
};

}  // namespace aip::network

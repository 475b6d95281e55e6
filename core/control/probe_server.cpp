#include "control/probe_server.h"

#include "control/probes.h"
#include "control/reception.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/SocketImpl.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace aip::control {
namespace {

using namespace Poco::Net;
using base::Code;
using base::Error;

constexpr std::chrono::seconds probeLimit{5};  ///< for a request, and for the next bytes of its answer
constexpr std::size_t longestBody = 1'024;
constexpr int probeBacklog = 128;

/// A page of the web could ask under a name of its own, which it has pointed here.
bool isOwnName(const std::string& host) {
    const std::string name = host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
    const bool isNumber = name.find_first_not_of("0123456789.") == std::string::npos;
    return name == "localhost" || name == "[::1]" || (isNumber && name.starts_with("127."));
}

Reply replyTo(const HTTPRequest& request, const Operator& agent) {
    if (!isOwnName(request.get("Host", ""))) {
        return failure(Error(Code::denied, "Host is another"));
    }
    using Answer = Reply (*)(const Operator&);
    static const std::map<std::string, Answer> answers{
        {"/metrics", metricsOf}, {"/healthz", healthOf}, {"/readyz", readinessOf}};
    const auto found = answers.find(request.getURI());
    if (found == answers.end()) {
        return failure(Error(Code::notFound, "there are GET /metrics, /healthz and /readyz"));
    }
    if (request.getMethod() != "GET" && request.getMethod() != "HEAD") {
        return failure(Error(Code::unsupported, found->first + " takes GET"));
    }
    return found->second(agent);
}

/// Not shared with another process, as POCO would do by itself.
ServerSocket listening(const SocketAddress& address) {
    ServerSocket socket;
    socket.bind(address, true, false);
    socket.listen(probeBacklog);
    socket.setBlocking(false);
    return socket;
}

class TcpProbeServer final : public ProbeServer {
  public:
    TcpProbeServer(const SocketAddress& address, const Operator& agent)
        : _socket(listening(address)),
          _reception(
              _socket.impl()->sockfd(),
              {.name = "aip-probes",
               .requestLimit = probeLimit,
               .answerLimit = probeLimit,
               .longestBody = longestBody,
               .threads = mostThreads,
               .mostQueued = mostWaiting},
              [&agent](const auto& /*connection*/, auto& request) {
                  return std::optional(replyTo(request.http(), agent));
              },
              [](auto& /*request*/, const auto& why) { return failure(why); }) {}

    std::uint16_t port() const override { return _socket.address().port(); }

  private:
    const ServerSocket _socket;
    Reception _reception;
};

}  // namespace

base::Result<std::unique_ptr<ProbeServer>> ProbeServer::start(const std::string& address, std::uint16_t port,
                                                              const Operator& agent) {
    try {
        return std::unique_ptr<ProbeServer>(std::make_unique<TcpProbeServer>(SocketAddress(address, port), agent));
    } catch (const Poco::Exception& failure) {
        return Error(Code::unavailable,
                     "cannot listen at " + address + ":" + std::to_string(port) + ": " + failure.displayText());
    } catch (const std::system_error& failure) {
        return Error(Code::unavailable, "cannot serve " + address + ":" + std::to_string(port) + ": " + failure.what());
    }
}

}  // namespace aip::control

#include "control/probe_server.h"

#include "base/log.h"
#include "control/probes.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

#include <exception>
#include <map>
#include <string>

namespace aip::control {
namespace {

using namespace Poco::Net;
using base::Code;
using base::Error;

constexpr int probeTimeout = 5;  ///< seconds, for the next bytes of a request, and of its answer

/// A page of the web could ask under a name of its own, which it has pointed here.
bool isOwnName(const std::string& host) {
    const std::string name = host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
    const bool isNumber = name.find_first_not_of("0123456789.") == std::string::npos;
    return name == "localhost" || name == "[::1]" || (isNumber && name.starts_with("127."));
}

Reply replyTo(const HTTPServerRequest& request, const Operator& agent) {
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

class ProbeHandler : public HTTPRequestHandler {
  public:
    explicit ProbeHandler(const Operator& agent) : _agent(agent) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        try {
            dynamic_cast<HTTPServerRequestImpl&>(request).socket().setSendTimeout(Poco::Timespan(probeTimeout, 0));
            const Reply reply = replyTo(request, _agent);
            response.setStatus(static_cast<HTTPResponse::HTTPStatus>(reply.status));
            response.setReason(HTTPResponse::getReasonForStatus(response.getStatus()));
            response.setContentType(reply.type);
            response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()) + 1);
            response.send() << reply.body << '\n' << std::flush;
        } catch (const Poco::Exception& failure) {
            base::log::debug("metrics: an exchange has failed: {}", failure.displayText());
        } catch (const std::exception& failure) {
            base::log::warn("metrics: an exchange has failed: {}", failure.what());
        }
    }

  private:
    const Operator& _agent;
};

class ProbeFactory : public HTTPRequestHandlerFactory {
  public:
    explicit ProbeFactory(const Operator& agent) : _agent(agent) {}

    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& /*request*/) override {
        return new ProbeHandler(_agent);
    }

  private:
    const Operator& _agent;
};

HTTPServerParams::Ptr probeParameters() {
    HTTPServerParams::Ptr params = new HTTPServerParams;
    params->setMaxThreads(ProbeServer::mostThreads);
    params->setMaxQueued(ProbeServer::mostWaiting);
    params->setTimeout(Poco::Timespan(probeTimeout, 0));
    params->setKeepAlive(false);  // an idle connection would hold a thread
    return params;
}

/// Not shared with another process, as POCO would do by itself.
ServerSocket listening(const SocketAddress& address) {
    ServerSocket socket;
    socket.bind(address, true, false);
    socket.listen(ProbeServer::mostWaiting);
    return socket;
}

class PocoProbeServer final : public ProbeServer {
  public:
    PocoProbeServer(const SocketAddress& address, const Operator& agent)
        : _socket(listening(address)), _server(new ProbeFactory(agent), _threads, _socket, probeParameters()) {
        _server.start();
    }
    ~PocoProbeServer() override {
        _server.stopAll(true);
        _threads.joinAll();
    }

    std::uint16_t port() const override { return _socket.address().port(); }

  private:
    ServerSocket _socket;
    Poco::ThreadPool _threads{2, mostThreads + 1};  ///< and one that accepts
    HTTPServer _server;
};

}  // namespace

base::Result<std::unique_ptr<ProbeServer>> ProbeServer::start(const std::string& address, std::uint16_t port,
                                                              const Operator& agent) {
    try {
        return std::unique_ptr<ProbeServer>(std::make_unique<PocoProbeServer>(SocketAddress(address, port), agent));
    } catch (const Poco::Exception& failure) {
        return Error(Code::unavailable,
                     "cannot listen at " + address + ":" + std::to_string(port) + ": " + failure.displayText());
    }
}

}  // namespace aip::control

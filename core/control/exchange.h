#pragma once

#include "control/request_reader.h"
#include "control/server.h"
#include "execution/places.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>

namespace aip::control {

/// What the exchanges of a server share. Outlives them.
struct ExchangeContext {
    Api& api;
    std::chrono::milliseconds answerLimit;   ///< as SocketSettings
    std::chrono::milliseconds silenceLimit;  ///< as SocketSettings
    std::atomic<bool> stopping{false};
    execution::Places waiting{
        Server::mostWaiting};  ///< of exchanges that may last: the threads left are for all others
};

/// One HTTP request of an operator and its response, on a thread of the server. A request that has not come as a whole
/// is refused, and nothing else is done. One that is late throws Poco::TimeoutException.
class Exchange {
  public:
    /// `response` writes to `socket`, whose timeouts are set.
    Exchange(ExchangeContext& context, const Poco::Net::StreamSocket& socket, Poco::Net::HTTPServerResponse& response)
        : _context(context), _socket(socket), _response(response) {}

    void run();

  private:
    void respond(Request request);
    base::Result<std::string> readBody();
    base::Result<Request> requestOf(std::string body) const;
    void refuse(const base::Error& why);
    bool isGone(std::chrono::milliseconds limit = {}) const;
    void answer(Request request);
    void watch();
    void serveMcp(const Request& request);
    void send(const Reply& reply);

    ExchangeContext& _context;
    Poco::Net::StreamSocket _socket;
    Poco::Net::HTTPServerResponse& _response;
    RequestReader _reader{[this](char* into, std::size_t most) {
        return static_cast<std::size_t>(_socket.receiveBytes(into, static_cast<int>(most)));
    }};
    Poco::Net::HTTPRequest _http;
};

}  // namespace aip::control

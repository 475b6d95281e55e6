#pragma once

#include "control/server.h"
#include "execution/places.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>

namespace aip::control {

/// What the exchanges of a server share. Outlives them.
struct ExchangeContext {
    Api& api;
    std::chrono::milliseconds answerLimit;  ///< as SocketSettings
    std::atomic<bool> stopping{false};
    execution::Places waiting{
        Server::mostWaiting};  ///< of exchanges that may last: the threads left are for all others
};

/// One HTTP request of an operator and its response, on a thread of the server.
class Exchange {
  public:
    Exchange(ExchangeContext& context, Poco::Net::HTTPServerRequestImpl& request,
             Poco::Net::HTTPServerResponse& response)
        : _context(context), _http(request), _response(response) {}

    void run();

  private:
    base::Result<Request> read();
    base::Result<std::string> readBody();
    bool isGone(std::chrono::milliseconds limit = {}) const;
    void answer(Request request);
    void watch();
    void serveMcp(const Request& request);
    void send(const Reply& reply);

    ExchangeContext& _context;
    Poco::Net::HTTPServerRequestImpl& _http;
    Poco::Net::HTTPServerResponse& _response;
};

}  // namespace aip::control

#pragma once

#include "base/descriptor.h"
#include "base/guarded.h"
#include "control/api.h"
#include "control/arrival.h"
#include "control/server.h"
#include "execution/places.h"

#include <Poco/Net/HTTPServerResponse.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <set>

namespace aip::control {

/// What the exchanges of a server share. Outlives them.
struct ExchangeContext {
    Api& api;
    std::chrono::milliseconds answerLimit;  ///< as SocketSettings
    std::atomic<bool> stopping{false};
    execution::Places waiting{
        Server::mostWaiting};                ///< of exchanges that may last: the threads left are for all others
    base::Guarded<std::set<int>> streams{};  ///< their connections: to shut them down wakes who waits for them
};

/// One HTTP request of an operator, which has come as a whole, on a thread of the server.
class Exchange {
  public:
    Exchange(ExchangeContext& context, const base::Descriptor& connection, Arrival& arrival)
        : _context(context), _connection(connection), _arrival(arrival) {}

    /// The answer; none: the connection was a stream, and is over.
    std::optional<Reply> run();

  private:
    bool isGone(std::chrono::milliseconds limit = {}) const;
    std::optional<Reply> answer(Request request);
    void stream(const std::function<void(Poco::Net::HTTPServerResponse& response)>& use);
    void watch(Poco::Net::HTTPServerResponse& response);
    std::optional<Reply> serveMcp(const Request& request);

    ExchangeContext& _context;
    const base::Descriptor& _connection;
    Arrival& _arrival;
};

}  // namespace aip::control

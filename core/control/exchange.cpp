#include "control/exchange.h"

#include "base/log.h"
#include "control/socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Timespan.h>
#include <Poco/Timestamp.h>

#include <string>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using Poco::Net::HTTPServerResponse;
using Poco::Net::StreamSocket;

constexpr std::chrono::milliseconds watchInterval{500};

/// They may take their time.
bool lasts(const Request& request) {
    return request.path == Api::watchPath || request.path == Api::mcpPath || request.path == "/v1/call" ||
           request.path == "/v1/findings" || request.path == "/v1/diagnosis" || request.path == "/v1/reload";
}

class OpenStream {
  public:
    OpenStream(base::Guarded<std::set<int>>& all, int connection) : _all(all), _connection(connection) {
        _all.with([&](auto& open) { open.insert(_connection); });
    }
    ~OpenStream() {
        _all.with([&](auto& open) { open.erase(_connection); });
    }
    OpenStream(const OpenStream&) = delete;
    OpenStream& operator=(const OpenStream&) = delete;

  private:
    base::Guarded<std::set<int>>& _all;
    const int _connection;
};

}  // namespace

std::optional<Reply> Exchange::run() {
    Request request = _arrival.takeRequest();
    if (!lasts(request)) {
        return answer(std::move(request));
    }
    if (const auto place = _context.waiting.take()) {
        return answer(std::move(request));
    }
    return _context.api.refuse(std::move(request),
                               Error(Code::exhausted, "too many streams and calls of operators at once"));
}

bool Exchange::isGone(std::chrono::milliseconds limit) const {
    return _context.stopping || control::isGone(_connection.get(), limit);
}

std::optional<Reply> Exchange::answer(Request request) {
    const bool watches = request.path == Api::watchPath;
    if ((watches || request.path == Api::mcpPath) && request.method != "GET") {
        return failure(Error(Code::unsupported, request.path + " takes GET"));
    }
    if (watches) {
        stream([this](auto& response) { watch(response); });
        return std::nullopt;
    }
    if (request.path == Api::mcpPath) {
        return serveMcp(request);
    }
    return _context.api.answer(std::move(request), [this] { return isGone(); });
}

void Exchange::stream(const std::function<void(HTTPServerResponse& response)>& use) {
    const OpenStream open(_context.streams, _connection.get());
    if (_context.stopping) {  // whoever stops may have looked for streams before
        return;
    }
    try {
        StreamSocket socket(new Poco::Net::StreamSocketImpl(_connection.duplicate().release()));
        socket.setSendTimeout({std::chrono::microseconds(_context.answerLimit).count()});  // POCO sets none
        Poco::Net::HTTPServerSession session(socket, new Poco::Net::HTTPServerParams);
        Poco::Net::HTTPServerResponseImpl response(session);
        response.setVersion(Poco::Net::HTTPMessage::HTTP_1_1);
        response.setDate(Poco::Timestamp());
        response.setKeepAlive(false);
        use(response);
    } catch (const Poco::Exception& failure) {
        base::log::debug("operator: a stream has ended: {}", failure.displayText());
    }
}

/// Until the peer has gone. The ages of calls are a change, too.
void Exchange::watch(HTTPServerResponse& response) {
    response.setContentType("application/x-ndjson");
    response.setChunkedTransferEncoding(true);
    auto& out = response.send();
    std::string last;
    do {
        if (std::string now = _context.api.calls(); now != last) {
            out << now << '\n' << std::flush;
            last = std::move(now);
        }
    } while (!isGone(watchInterval) && out.good());
}

/// From its answer on the connection belongs to the client.
std::optional<Reply> Exchange::serveMcp(const Request& request) {
    const int socket = _connection.get();
    auto in = duplicateOf(socket);
    auto out = duplicateOf(socket);
    if (_arrival.http().get("Upgrade", "") != Api::mcpProtocol || !in || !out) {
        return failure(Error(Code::invalid, request.path + " is for an Upgrade to " + std::string(Api::mcpProtocol)));
    }
    stream([&](auto& response) {
        response.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_SWITCHING_PROTOCOLS);
        response.set("Connection", "Upgrade");
        response.set("Upgrade", std::string(Api::mcpProtocol));
        response.send().flush();
        _context.api.serveMcp(std::move(in), std::move(out), request.peer, [this] { return _context.stopping.load(); });
    });
    return std::nullopt;
}

}  // namespace aip::control

#include "control/exchange.h"

#include "control/socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketImpl.h>
#include <Poco/URI.h>

#include <chrono>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;

constexpr std::chrono::milliseconds watchInterval{500};
constexpr std::size_t pieceSize = 64UL << 10U;

/// They may take their time.
bool lasts(const Request& request) {
    return request.path == Api::watchPath || request.path == Api::mcpPath || request.path == "/v1/call" ||
           request.path == "/v1/findings" || request.path == "/v1/diagnosis";
}

}  // namespace

void Exchange::run() {
    _http.socket().setSendTimeout(std::chrono::microseconds(_context.answerLimit).count());  // POCO sets none
    auto request = read();
    if (!request) {
        return send(failure(request.error()));
    }
    if (!lasts(*request)) {
        return answer(*std::move(request));
    }
    if (const auto place = _context.waiting.take()) {
        return answer(*std::move(request));
    }
    send(failure(Error(Code::exhausted, "too many streams and calls of operators at once")));
}

base::Result<Request> Exchange::read() {
    const auto peer = peerOf(_http.socket().impl()->sockfd());
    if (!peer) {
        return Error(Code::denied, "the kernel does not say who asks");
    }
    Request request{.method = _http.getMethod(), .peer = *peer};
    try {
        const Poco::URI uri(_http.getURI());
        request.path = uri.getPath();
        for (const auto& [name, value] : uri.getQueryParameters()) {
            if (!request.values.emplace(name, value).second) {
                return Error(Code::invalid, "a value is given twice");
            }
        }
    } catch (const Poco::Exception&) {
        return Error(Code::invalid, "the address of the request cannot be read");
    }
    auto body = readBody();
    if (!body) {
        return std::move(body).error();
    }
    request.body = *std::move(body);
    return request;
}

base::Result<std::string> Exchange::readBody() {
    std::string body;
    if (!_http.hasContentLength() && !_http.getChunkedTransferEncoding()) {
        return body;  // POCO would wait for the end of the connection
    }
    std::string piece(pieceSize, '\0');
    auto& in = _http.stream();
    while (in.good()) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        body.append(piece, 0, static_cast<std::size_t>(in.gcount()));
        if (body.size() > Server::longestBody) {
            return Error(Code::exhausted, "the body is longer than " + std::to_string(Server::longestBody) + " bytes");
        }
    }
    return body;
}

bool Exchange::isGone(std::chrono::milliseconds limit) const {
    return _context.stopping || control::isGone(_http.socket().impl()->sockfd(), limit);
}

void Exchange::answer(Request request) {
    if (request.path == Api::watchPath) {
        return watch();
    }
    if (request.path == Api::mcpPath) {
        return serveMcp(request);
    }
    send(_context.api.answer(std::move(request), [this] { return isGone(); }));
}

/// Until the peer has gone. The ages of calls are a change, too.
void Exchange::watch() {
    _response.setContentType("application/x-ndjson");
    _response.setChunkedTransferEncoding(true);
    auto& out = _response.send();
    std::string last;
    do {
        if (std::string now = _context.api.calls(); now != last) {
            out << now << '\n' << std::flush;
            last = std::move(now);
        }
    } while (!isGone(watchInterval) && out.good());
}

/// From its answer on the connection belongs to the client.
void Exchange::serveMcp(const Request& request) {
    const int socket = _http.socket().impl()->sockfd();
    auto in = duplicateOf(socket);
    auto out = duplicateOf(socket);
    if (_http.get("Upgrade", "") != Api::mcpProtocol || !in || !out) {
        return send(
            failure(Error(Code::invalid, request.path + " is for an Upgrade to " + std::string(Api::mcpProtocol))));
    }
    _response.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_SWITCHING_PROTOCOLS);
    _response.set("Connection", "Upgrade");
    _response.set("Upgrade", std::string(Api::mcpProtocol));
    _response.send().flush();
    _context.api.serveMcp(std::move(in), std::move(out), request.peer, [this] { return _context.stopping.load(); });
}

void Exchange::send(const Reply& reply) {
    _response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
    _response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(_response.getStatus()));
    _response.setContentType(reply.type);
    _response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()) + 1);
    _response.send() << reply.body << '\n' << std::flush;
}

}  // namespace aip::control

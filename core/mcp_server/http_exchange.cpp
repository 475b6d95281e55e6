#include "mcp_server/http_exchange.h"

#include "mcp/revision.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <chrono>
#include <istream>
#include <ostream>
#include <utility>

namespace aip::mcp_server {
namespace {

using Poco::Net::HTTPResponse;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds lookout{250};  ///< between two looks whether the client is still there
constexpr std::chrono::seconds patience{5};        ///< then a stream begins, so that no proxy takes it for dead
constexpr std::chrono::seconds sign{15};           ///< between signs of life in a stream

HttpHead headOf(const Poco::Net::HTTPRequest& request) {
    const auto field = [&](const char* name) { return request.get(name, ""); };
    return {request.getMethod(),
            request.getURI(),
            field("Host"),
            field("Origin"),
            field("Authorization"),
            field("Content-Type"),
            field("MCP-Protocol-Version"),
            field("Mcp-Session-Id"),
            field("Mcp-Method"),
            field("Mcp-Name")};
}

HTTPResponse::HTTPStatus statusOf(const mcp::ToClient& message, bool isModern) {
    if (!isModern || !message.error) {
        return HTTPResponse::HTTP_OK;
    }
    switch (*message.error) {
        case mcp::RpcCode::methodNotFound:
            return HTTPResponse::HTTP_NOT_FOUND;
        case mcp::RpcCode::unsupportedVersion:
        case mcp::RpcCode::headerMismatch:
        case mcp::RpcCode::invalidParams:
            return HTTPResponse::HTTP_BAD_REQUEST;
        default:
            return HTTPResponse::HTTP_OK;
    }
}

}  // namespace

void HttpExchange::run() {
    _head = headOf(_request);
    if (const auto refusal = refusalOf(_head, _context.rules)) {
        return refuse(*refusal);
    }
    if (_head.method == "GET") {
        listen();
    } else if (_head.method == "DELETE") {
        close();
    } else {
        post();
    }
}

void HttpExchange::post() {
    auto text = body();
    if (!text) {
        return refuse({413, "the body is longer than " + std::to_string(_context.longestBody) + " bytes"});
    }
    if (mcp::isBatch(*text)) {
        return legacy(std::nullopt, *std::move(text));
    }
    const auto message = mcp::readMessage(*text);
    if (!message) {
        return refuse({400, message.error().text, message.error().code});
    }
    if (statesItsRevision(*message) || _head.revision == mcp::modernRevision) {
        modern(*message, *text);
    } else {
        legacy(*message, *text);
    }
}

void HttpExchange::modern(const mcp::RpcMessage& message, std::string body) {
    if (const auto refusal = mismatchOf(_head, message)) {
        return refuse(*refusal);
    }
    const auto peer = _context.sessions.passing();
    exchange(*peer, message, std::move(body), true);
}

void HttpExchange::legacy(const std::optional<mcp::RpcMessage>& message, std::string body) {
    if (message && message->method == "initialize") {
        return begin(std::move(body));
    }
    const auto peer = session();
    if (!peer) {
        return;
    }
    if (!message) {
        return refuse({400, "batches are taken over lines only"});
    }
    exchange(*peer, *message, std::move(body), false);
}

void HttpExchange::begin(std::string body) {
    const auto message = mcp::readMessage(body);
    if (message->id.empty()) {
        return refuse({400, "'initialize' is a request"});
    }
    const auto [id, peer] = _context.sessions.open();
    if (!peer) {
        return refuse({503, "too many sessions"});
    }
    _response.set("Mcp-Session-Id", id);
    exchange(*peer, *message, body, false);
}

/// Refuses the request if there is none.
HttpExchange::PeerPtr HttpExchange::session() {
    if (_head.session.empty()) {
        refuse({400, "neither Mcp-Session-Id nor a revision in '_meta' is given: initialize first"});
        return nullptr;
    }
    auto peer = _context.sessions.find(_head.session);
    if (!peer) {
        refuse({404, "this session is over: initialize again"});
    }
    return peer;
}

void HttpExchange::exchange(HttpPeer& peer, const mcp::RpcMessage& message, std::string body, bool isModern) {
    if (message.method.empty() || message.id.empty()) {
        peer.tell(std::move(body));
        _response.setStatusAndReason(HTTPResponse::HTTP_ACCEPTED);
        _response.setContentLength(0);
        _response.send();
        return;
    }
    if (message.id.size() > mcp::ServerSession::longestId) {
        return refuse({400, "the id is too long"});
    }
    const bool lasts = message.method == "subscriptions/listen";
    const auto place = lasts ? _context.streams.take() : std::nullopt;
    if (lasts && !place) {
        return refuse({503, "too many streams"});
    }
    ask(peer, std::string(message.id), std::move(body), isModern);
}

void HttpExchange::ask(HttpPeer& peer, const std::string& request, std::string body, bool isModern) {
    if (!peer.ask(request, std::move(body))) {
        return refuse({400, "another request with this id has no answer yet"});
    }
    follow(peer, request, isModern);
}

/// To the answer, or until the client goes.
void HttpExchange::follow(HttpPeer& peer, const std::string& request, bool isModern) {
    const auto begun = Clock::now();
    bool complete = false;
    std::optional<mcp::ToClient> first;
    while (!first && !_context.stopping && !hasGone() && Clock::now() < begun + patience) {
        first = peer.next(request, Clock::now() + lookout);
    }
    if (first && first->last) {
        answer(*first, isModern);
        complete = true;
    } else if (!hasGone() && !_context.stopping) {
        std::ostream& events = startStream();
        if (first) {
            events << "event: message\ndata: " << first->text << "\n\n" << std::flush;
        }
        complete = follow(peer, request, events);
    }
    // Before 2026-07-28 a lost connection is no cancellation.
    peer.leave(request, isModern && !complete);
}

/// True at the last message.
bool HttpExchange::follow(HttpPeer& peer, const std::string& request, std::ostream& events) {
    auto quietSince = Clock::now();
    while (events.good() && !_context.stopping && !hasGone()) {
        if (const auto message = peer.next(request, Clock::now() + lookout)) {
            events << "event: message\ndata: " << message->text << "\n\n" << std::flush;
            quietSince = Clock::now();
            if (message->last) {
                return true;
            }
        } else if (Clock::now() > quietSince + sign) {
            events << ":\n\n" << std::flush;
            quietSince = Clock::now();
        }
    }
    return false;
}

/// GET: what a session says unasked.
void HttpExchange::listen() {
    const auto peer = session();
    if (!peer) {
        return;
    }
    const auto place = _context.streams.take();
    if (!place) {
        return refuse({503, "too many streams"});
    }
    if (!peer->ask("", "")) {
        return refuse({409, "this session has a stream already"});
    }
    follow(*peer, "", startStream());
    peer->leave("", false);
}

void HttpExchange::close() {
    if (!session()) {
        return;
    }
    _context.sessions.close(_head.session);
    _response.setContentLength(0);
    _response.send();
}

std::optional<std::string> HttpExchange::body() {
    std::string text;
    std::string piece(64UL << 10U, '\0');
    std::istream& in = _request.stream();
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > _context.longestBody) {
            return std::nullopt;
        }
    }
    return text;
}

/// A client that has sent its request sends nothing more until it has the answer: what can be read is the end.
bool HttpExchange::hasGone() {
    auto& socket = _request.socket();
    return socket.poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ) && socket.available() == 0;
}

std::ostream& HttpExchange::startStream() {
    _response.setChunkedTransferEncoding(true);
    _response.setContentType("text/event-stream");
    _response.set("Cache-Control", "no-cache");
    _response.set("X-Accel-Buffering", "no");
    return _response.send() << std::flush;
}

void HttpExchange::answer(const mcp::ToClient& message, bool isModern) {
    _response.setStatusAndReason(statusOf(message, isModern));
    _response.setContentType("application/json");
    _response.sendBuffer(message.text.data(), message.text.size());
}

/// What is left of the body is not read: the connection ends.
void HttpExchange::refuse(const HttpRefusal& refusal) {
    const auto text = mcp::rpcError("null", refusal.code, refusal.text);
    _response.setStatusAndReason(static_cast<HTTPResponse::HTTPStatus>(refusal.status));
    if (refusal.status == HTTPResponse::HTTP_UNAUTHORIZED) {
        _response.set("WWW-Authenticate", "Bearer");
    } else if (refusal.status == HTTPResponse::HTTP_METHOD_NOT_ALLOWED) {
        _response.set("Allow", "POST, GET, DELETE");
    }
    _response.setKeepAlive(false);
    _response.setContentType("application/json");
    _response.sendBuffer(text.data(), text.size());
}

}  // namespace aip::mcp_server

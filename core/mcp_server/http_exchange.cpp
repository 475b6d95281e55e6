#include "mcp_server/http_exchange.h"

#include "mcp/revision.h"
#include "mcp_server/connection_end.h"
#include "mcp_server/counted.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp_server {
namespace {

using Poco::Net::HTTPResponse;

constexpr const char* sessionField = "Mcp-Session-Id";
constexpr std::chrono::milliseconds lookout{250};  ///< between two looks whether the client is still there
constexpr std::chrono::seconds patience{5};        ///< then a stream begins, so that no proxy takes it for dead
constexpr std::chrono::seconds sign{15};           ///< between signs of life in a stream
constexpr std::size_t spareForChunks = 1UL << 20U;

/// Of those that decide, each stands once. A body has one length.
bool isAmbiguous(const Poco::Net::HTTPRequest& request) {
    const auto count = [&](const char* name) {
        return std::count_if(request.begin(), request.end(),
                             [name](const auto& field) { return Poco::icompare(field.first, name) == 0; });
    };
    const auto decisive = {"Host",       "Origin",     "Authorization", "Content-Type",         "Content-Length",
                           "Mcp-Method", sessionField, "Mcp-Name",      "MCP-Protocol-Version", "Transfer-Encoding"};
    return std::any_of(decisive.begin(), decisive.end(), [&](const char* name) { return count(name) > 1; }) ||
           count("Content-Length") + count("Transfer-Encoding") > 1;
}

/// POCO takes "=?base64?" for the start of an encoded word, as mail has them, and drops its first two characters.
std::string asSent(const std::string& value) {
    return value.starts_with("base64?") ? "=?" + value : value;
}

std::vector<std::pair<std::string, std::string>> paramsOf(const Poco::Net::HTTPRequest& request) {
    constexpr std::size_t prefixSize = std::string_view("Mcp-Param-").size();
    std::vector<std::pair<std::string, std::string>> params;
    for (const auto& [name, value] : request) {
        if (Poco::icompare(name.substr(0, prefixSize), std::string("Mcp-Param-")) == 0) {
            params.emplace_back(name, asSent(value));
        }
    }
    return params;
}

HttpHead headOf(const Poco::Net::HTTPRequest& request) {
    const auto field = [&](const char* name) { return request.get(name, ""); };
    return {request.getMethod(),
            request.getURI(),
            field("Host"),
            field("Origin"),
            field("Authorization"),
            field("Content-Type"),
            field("MCP-Protocol-Version"),
            field(sessionField),
            field("Mcp-Method"),
            asSent(field("Mcp-Name")),
            paramsOf(request),
            isAmbiguous(request)};
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

/// Why a head, or a body of at most `longest` bytes, is not there as a whole.
std::optional<HttpRefusal> refusalOf(TimedSocket::Flaw flaw, int statusIfTooLong, const std::string& part) {
    switch (flaw) {
        case TimedSocket::Flaw::late:
            return HttpRefusal{408, "the " + part + " has not come in time"};
        case TimedSocket::Flaw::tooLong:
            return HttpRefusal{statusIfTooLong, "the " + part + " is too long"};
        case TimedSocket::Flaw::cut:
            return HttpRefusal{400, "the " + part + " has no end"};
        default:
            return std::nullopt;
    }
}

}  // namespace

/// If it fails, the connection ends: nobody reads another head from it then.
void HttpExchange::run() {
    if (const auto refusal = refusalOf(socket().flaw(), 431, "head")) {
        return refuse(*refusal);
    }
    socket().expectBody(2 * _context.longestBody + spareForChunks);
    socket().beginSending();
    handle();
    socket().expectHead();
}

void HttpExchange::handle() {
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
        return refuse(text.error());
    }
    if (mcp::isBatch(**text)) {
        return legacy(std::nullopt, *text);
    }
    const auto message = mcp::readMessage(**text);
    if (!message) {
        return refuse({400, message.error().text, message.error().code});
    }
    if (statesItsRevision(*message) || _head.revision == mcp::modernRevision) {
        modern(*message, *text);
    } else {
        legacy(*message, *text);
    }
}

void HttpExchange::modern(const mcp::RpcMessage& message, Text body) {
    auto refusal = mismatchOf(_head, message);
    if (!refusal && message.method == "tools/call") {
        const auto tools = _context.sessions.tools();
        const auto* tool = tools ? tools->list.find(mcp::Params(message.params).text("name")) : nullptr;
        refusal = tool != nullptr ? mismatchOf(_head, message, tool->headers) : std::nullopt;
    }
    if (refusal) {
        return refuse(*refusal);
    }
    const auto peer = _context.sessions.passing();
    exchange(*peer, message, std::move(body), true);
}

void HttpExchange::legacy(const std::optional<mcp::RpcMessage>& message, Text body) {
    if (message && message->method == "initialize") {
        return begin(*message, std::move(body));
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

/// Only a session that has begun is kept.
void HttpExchange::begin(const mcp::RpcMessage& message, Text body) {
    if (message.id.empty()) {
        return refuse({400, "'initialize' is a request"});
    }
    const auto [id, peer] = _context.sessions.open();
    if (!peer) {
        return refuse({503, "too many sessions", mcp::RpcCode::busy});
    }
    _response.set(sessionField, id);
    exchange(*peer, message, std::move(body), false);
    if (!_succeeded) {
        _context.sessions.close(id);
    }
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

void HttpExchange::exchange(HttpPeer& peer, const mcp::RpcMessage& message, Text body, bool isModern) {
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
    const bool waits = message.method == "tools/call";
    const auto place = lasts ? _context.streams.take() : waits ? _context.calls.take() : std::nullopt;
    if ((lasts || waits) && !place) {
        return refuse({503, lasts ? "too many streams" : "too many calls at once", mcp::RpcCode::busy});
    }
    ask(peer, message, std::move(body), isModern);
}

/// Before 2026-07-28 a lost connection is no cancellation.
void HttpExchange::ask(HttpPeer& peer, const mcp::RpcMessage& message, Text body, bool isModern) {
    const Counted counted(_context.asking);
    _asked = message.id;
    auto waiting = peer.ask(_asked, std::move(body), !isModern);
    if (!waiting) {
        return refuse({400, "another request with this id has no answer yet"});
    }
    follow(*waiting, isModern);
}

/// To the answer, or until the client goes.
void HttpExchange::follow(Waiting& waiting, bool isModern) {
    const auto begun = Clock::now();
    std::optional<mcp::ToClient> first;
    while (!first && !_context.stopping && !hasGone() && Clock::now() < begun + patience) {
        first = waiting.next(Clock::now() + lookout);
    }
    if (first && first->last) {
        answer(*first, isModern);
    } else if (_context.stopping) {
        answer(stopped(), isModern);
    } else if (!hasGone()) {
        std::ostream& events = startStream();
        if (first) {
            events << "event: message\ndata: " << first->text << "\n\n" << std::flush;
        }
        follow(waiting, events);
    }
}

/// To the last message. In a stop, those that are there come before it.
void HttpExchange::follow(Waiting& waiting, std::ostream& events) {
    auto quietSince = Clock::now();
    while (events.good() && !hasGone()) {
        socket().beginSending();
        const bool stops = _context.stopping;
        auto message = waiting.next(stops ? Clock::now() : Clock::now() + lookout);
        if (stops && !message) {
            if (_asked.empty()) {
                return;
            }
            message = stopped();
        }
        if (message) {
            events << "event: message\ndata: " << message->text << "\n\n" << std::flush;
            quietSince = Clock::now();
            if (message->last) {
                return;
            }
        } else if (Clock::now() > quietSince + sign) {
            events << ":\n\n" << std::flush;
            quietSince = Clock::now();
        }
    }
}

/// GET: what a session says unasked.
void HttpExchange::listen() {
    const auto peer = session();
    if (!peer) {
        return;
    }
    const auto place = _context.streams.take();
    if (!place) {
        return refuse({503, "too many streams", mcp::RpcCode::busy});
    }
    auto waiting = peer->listen();
    if (!waiting) {
        return refuse({409, "this session has a stream already"});
    }
    follow(*waiting, startStream());
}

void HttpExchange::close() {
    if (!session()) {
        return;
    }
    _context.sessions.close(_head.session);
    _response.setContentLength(0);
    _response.send();
}

/// In pieces as they come.
base::Result<HttpExchange::Text, HttpRefusal> HttpExchange::body() {
    struct Body {
        explicit Body(const std::shared_ptr<ByteBudget>& budget) : share(budget) {}

        ByteBudget::Share share;
        std::string text;
    };
    const auto body = std::make_shared<Body>(_context.bytes);
    std::string piece(64UL << 10U, '\0');
    std::istream& in = _request.stream();
    while (in.peek() != std::istream::traits_type::eof()) {
        const auto size =
            static_cast<std::size_t>(in.readsome(piece.data(), static_cast<std::streamsize>(piece.size())));
        if (body->text.size() + size > _context.longestBody) {
            return HttpRefusal{413, "the body is longer than " + std::to_string(_context.longestBody) + " bytes"};
        }
        if (!body->share.grow(size)) {
            return HttpRefusal{503, "too many bytes are under way", mcp::RpcCode::busy};
        }
        body->text.append(piece, 0, size);
    }
    if (const auto refusal = refusalOf(socket().flaw(), 413, "body")) {
        return *refusal;
    }
    return Text(body, &body->text);
}

TimedSocket& HttpExchange::socket() const {
    return dynamic_cast<TimedSocket&>(*_request.socket().impl());
}

bool HttpExchange::hasGone() {
    return isEnded(socket().sockfd());
}

std::ostream& HttpExchange::startStream() {
    _response.setChunkedTransferEncoding(true);
    _response.setContentType("text/event-stream");
    _response.set("Cache-Control", "no-cache");
    _response.set("X-Accel-Buffering", "no");
    return _response.send() << std::flush;
}

mcp::ToClient HttpExchange::stopped() const {
    constexpr auto code = mcp::RpcCode::internalError;
    return {_asked, mcp::rpcError(_asked, code, "the agent stops"), true, code};
}

/// It is out at the end: a stop closes the connection then.
void HttpExchange::answer(const mcp::ToClient& message, bool isModern) {
    _succeeded = !message.error;
    if (!_succeeded) {
        _response.erase(sessionField);
    }
    _response.setStatusAndReason(statusOf(message, isModern));
    _response.setContentType("application/json");
    _response.setContentLength(static_cast<std::streamsize>(message.text.size()));
    _response.send() << message.text << std::flush;
}

/// What is left of the body is not read: the connection ends.
void HttpExchange::refuse(const HttpRefusal& refusal) {
    const auto text = mcp::rpcError(refusal.id, refusal.code, refusal.text);
    _response.setStatusAndReason(static_cast<HTTPResponse::HTTPStatus>(refusal.status));
    if (refusal.status == HTTPResponse::HTTP_UNAUTHORIZED) {
        _response.set("WWW-Authenticate", "Bearer");
    } else if (refusal.status == HTTPResponse::HTTP_METHOD_NOT_ALLOWED) {
        _response.set("Allow", "POST, GET, DELETE");
    } else if (refusal.status == HTTPResponse::HTTP_SERVICE_UNAVAILABLE) {
        _response.set("Retry-After", std::to_string(retryAfterSeconds));
    }
    _response.erase(sessionField);
    _response.setKeepAlive(false);
    _response.setContentType("application/json");
    _response.sendBuffer(text.data(), text.size());
}

}  // namespace aip::mcp_server

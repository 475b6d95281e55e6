#include "mcp_server/http_exchange.h"

#include "http/body_parser.h"
#include "http/gentle_end.h"
#include "mcp/revision.h"
#include "mcp_server/connection_end.h"
#include "mcp_server/counted.h"
#include "mcp_server/large_message.h"
#include "mcp_server/request_head.h"
#include "mcp_server/session_body.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace aip::mcp_server {
namespace {

using Poco::Net::HTTPResponse;

constexpr std::chrono::milliseconds lookout{250};  ///< between two looks whether the client is still there
constexpr std::chrono::seconds patience{5};        ///< then a stream begins, so that no proxy takes it for dead
constexpr std::chrono::seconds sign{15};           ///< between signs of life in a stream
constexpr std::size_t spareForChunks = 1UL << 20U;

/// What parses a message, beside few other large ones. Not one within another.
template <typename Work>
auto parsing(const std::string& text, const Work& work) {
    const LargeMessage parsed(text.size());
    return work();
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

HttpRefusal refusalOfBody(const base::Error& why) {
    switch (why.code()) {
        case base::Code::exhausted:
            return {413, why.text()};
        case base::Code::unavailable:
            return {503, why.text(), mcp::RpcCode::busy};
        default:
            return {400, why.text()};
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
    const auto announced = http::announcedBody(_request, _context.longestBody);
    _mayStillSend = _head.ambiguous || !announced || announced->comes();
    if (const auto refusal = refusalOf(_head, _context.rules)) {
        return refuse(*refusal);
    }
    if (!announced) {
        return refuse(refusalOfBody(announced.error()));
    }
    if (_head.method == "POST") {
        return post(*announced);
    }
    if (announced->comes()) {
        return refuse({400, "only POST has a body"});
    }
    _head.method == "GET" ? listen() : close();
}

void HttpExchange::post(const http::AnnouncedBody& announced) {
    auto text = body(announced);
    if (!text) {
        return refuse(text.error());
    }
    if (mcp::isBatch(**text)) {
        return legacy(std::nullopt, *text);
    }
    const auto message = parsing(**text, [&] { return mcp::readMessage(**text); });
    if (!message) {
        return refuse({400, message.error().text, message.error().code});
    }
    const bool states = parsing(**text, [&] { return statesItsRevision(*message); });
    if (states || _head.revision == mcp::modernRevision) {
        modern(*message, *text);
    } else {
        legacy(*message, *text);
    }
}

std::optional<HttpRefusal> HttpExchange::mismatch(const mcp::RpcMessage& message) const {
    auto refusal = mismatchOf(_head, message);
    if (refusal || message.method != "tools/call") {
        return refusal;
    }
    const auto tools = _context.sessions.tools();
    const auto* tool = tools ? tools->list.find(mcp::Params(message.params).text("name")) : nullptr;
    return tool != nullptr ? mismatchOf(_head, message, tool->headers) : std::nullopt;
}

void HttpExchange::modern(const mcp::RpcMessage& message, Text body) {
    if (const auto refusal = parsing(*body, [&] { return mismatch(message); })) {
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
        peer.tell(fromClient(std::move(body)));
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

ClientMessage HttpExchange::fromClient(Text body) const {
    return {std::move(body), _request.clientAddress().toString()};
}

/// Before 2026-07-28 a lost connection is no cancellation.
void HttpExchange::ask(HttpPeer& peer, const mcp::RpcMessage& message, Text body, bool isModern) {
    const Counted counted(_context.asking);
    _asked = message.id;
    auto waiting = peer.ask(_asked, fromClient(std::move(body)), !isModern);
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

base::Result<HttpExchange::Text, HttpRefusal> HttpExchange::body(const http::AnnouncedBody& announced) {
    struct Body {
        explicit Body(const std::shared_ptr<base::ByteBudget>& budget) : share(budget) {}

        base::ByteBudget::Share share;
        std::string text;
    };
    const auto body = std::make_shared<Body>(_context.bytes);
    http::BodyParser parser(announced, _context.longestBody, [&body](std::string_view piece) -> base::Result<void> {
        if (!body->share.grow(piece.size())) {
            return base::Error(base::Code::unavailable, "too many bytes are under way");
        }
        body->text += piece;
        return {};
    });
    try {
        if (const auto read = readBody(_request.session(), parser); !read) {
            return refusalOfBody(read.error());
        }
    } catch (const Poco::Exception&) {
        return refusalOf(socket().flaw(), 413, "body").value_or(HttpRefusal{400, "the body has no end"});
    }
    _mayStillSend = false;
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

/// The connection ends.
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
    _response.setContentLength(static_cast<std::streamsize>(text.size()));
    _response.send() << text << std::flush;
    if (_mayStillSend) {
        socket().expectBody(std::numeric_limits<std::size_t>::max());
        http::endGently(_request.socket());
    }
}

}  // namespace aip::mcp_server

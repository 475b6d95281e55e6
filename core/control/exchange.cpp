#include "control/exchange.h"

#include "control/socket.h"
#include "http/gentle_end.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketImpl.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace aip::control {
namespace {

using base::Code;
using base::Error;

constexpr std::chrono::milliseconds watchInterval{500};
constexpr int mostFields = 100;

/// They may take their time.
bool lasts(const Request& request) {
    return request.path == Api::watchPath || request.path == Api::mcpPath || request.path == "/v1/call" ||
           request.path == "/v1/findings" || request.path == "/v1/diagnosis" || request.path == "/v1/reload";
}

/// "Content-Length : 5" would not be found, and its body not be read.
bool isName(const std::string& name) {
    return std::ranges::none_of(name, [](char c) { return c <= ' '; });
}

bool parse(const std::string& head, Poco::Net::HTTPRequest& request) {
    try {
        std::istringstream in(head);
        request.setFieldLimit(mostFields);
        request.read(in);
        return std::all_of(request.begin(), request.end(), [](const auto& field) { return isName(field.first); });
    } catch (const Poco::Exception&) {
        return false;
    }
}

/// Of each field of this name.
std::vector<std::string> valuesOf(const Poco::Net::HTTPRequest& request, const std::string& name) {
    std::vector<std::string> values;
    for (const auto& [field, value] : request) {
        if (Poco::icompare(field, name) == 0) {
            values.push_back(value);
        }
    }
    return values;
}

}  // namespace

void Exchange::run() {
    const auto head = _reader.head();
    if (!head) {
        return refuse(head.error());
    }
    if (head->empty()) {
        return;
    }
    if (!parse(*head, _http)) {
        return refuse(Error(Code::invalid, "the head of the request cannot be read"));
    }
    _response.setVersion(_http.getVersion());
    auto body = readBody();
    if (!body) {
        return refuse(body.error());
    }
    auto request = requestOf(*std::move(body));
    if (!request) {
        return send(failure(request.error()));
    }
    respond(*std::move(request));
}

void Exchange::respond(Request request) {
    if (!lasts(request)) {
        return answer(std::move(request));
    }
    if (const auto place = _context.waiting.take()) {
        return answer(std::move(request));
    }
    send(failure(Error(Code::exhausted, "too many streams and calls of operators at once")));
}

base::Result<std::string> Exchange::readBody() {
    const auto announced =
        http::announcedBody(valuesOf(_http, Poco::Net::HTTPMessage::CONTENT_LENGTH),
                            valuesOf(_http, Poco::Net::HTTPMessage::TRANSFER_ENCODING), Server::longestBody);
    if (!announced) {
        return announced.error();
    }
    if (announced->comes() && _http.getExpectContinue()) {
        _response.sendContinue();
    }
    return _reader.body(*announced, Server::longestBody);
}

base::Result<Request> Exchange::requestOf(std::string body) const {
    const auto peer = peerOf(_socket.impl()->sockfd());
    if (!peer) {
        return Error(Code::denied, "the kernel does not say who asks");
    }
    Request request{.method = _http.getMethod(), .body = std::move(body), .peer = *peer};
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
    return request;
}

/// The peer may still send.
void Exchange::refuse(const Error& why) {
    send(failure(why));
    http::endGently(_socket);
}

bool Exchange::isGone(std::chrono::milliseconds limit) const {
    return _context.stopping || control::isGone(_socket.impl()->sockfd(), limit);
}

void Exchange::answer(Request request) {
    const bool watches = request.path == Api::watchPath;
    if ((watches || request.path == Api::mcpPath) && request.method != "GET") {
        return send(failure(Error(Code::unsupported, request.path + " takes GET")));
    }
    if (watches) {
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
    const int socket = _socket.impl()->sockfd();
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
    auto& out = _response.send();
    if (_http.getMethod() != "HEAD") {
        out << reply.body << '\n';
    }
    out.flush();
}

}  // namespace aip::control

#include "base/descriptor.h"
#include "http/connect.h"
#include "http/exchange.h"
#include "http/stream_socket.h"
#include "network/http_url.h"
#include "network/tunnel.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <algorithm>
#include <exception>
#include <istream>
#include <mutex>
#include <ostream>

#include <fcntl.h>
#include <sys/socket.h>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Net::HTTPClientSession;

constexpr std::size_t pieceSize = 64UL << 10U;
constexpr int proxyAuthenticationRequired = 407;

std::string typeOf(const Poco::Net::HTTPResponse& response) {
    const auto& type = response.getContentType();
    return Poco::toLower(Poco::trim(type.substr(0, type.find(';'))));
}

}  // namespace

struct Exchange::Parts {
    std::mutex mutex;  ///< of what cancel() uses
    bool cancelled = false;
    base::Descriptor connection;  ///< a copy of that of the socket, which POCO may close at any time
    std::unique_ptr<HTTPClientSession> session;
    std::istream* content = nullptr;
};

Exchange::Exchange(Target target) : _target(std::move(target)), _parts(std::make_unique<Parts>()) {}

Exchange::~Exchange() = default;

namespace {

/// What POCO throws, as an error.
Error failed(const std::string& what, const std::exception& why) {
    const auto* known = dynamic_cast<const Poco::Exception*>(&why);
    const bool ours = known != nullptr && dynamic_cast<const Poco::Net::NetException*>(known) != nullptr;
    return {Code::unavailable, what + ": " +
                                   (ours && !known->message().empty() ? known->message()
                                    : known != nullptr                ? known->displayText()
                                                                      : why.what())};
}

Poco::Net::HTTPRequest headOf(const Request& request, const Target& target) {
    Poco::Net::HTTPRequest head(request.method, target.resource(), Poco::Net::HTTPMessage::HTTP_1_1);
    head.setKeepAlive(false);
    head.set("Host", network::hostHeaderOf(target.url));
    for (const auto& [name, value] : request.headers) {
        head.set(name, value);
    }
    if (target.proxyReads()) {
        if (const std::string authorization = network::proxyAuthorization(*target.proxy); !authorization.empty()) {
            head.set("Proxy-Authorization", authorization);
        }
    }
    head.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
    return head;
}

}  // namespace

/// Connected, and known to cancel().
Result<void> Exchange::open() {
    auto stream = connect(_target);
    if (!stream) {
        return std::move(stream).error().within(_target.place());
    }
    const std::lock_guard lock(_parts->mutex);
    if (_parts->cancelled) {
        return Error(Code::cancelled, "the request was cancelled");
    }
    _parts->connection = base::Descriptor(::fcntl((*stream)->descriptor(), F_DUPFD_CLOEXEC, 0));
    _parts->session = std::make_unique<HTTPClientSession>(
        Poco::Net::StreamSocket(new StreamSocket(*std::move(stream), {_target.connectTimeout, _target.silence})));
    return {};
}

Result<ResponseHead> Exchange::send(const Request& request) {
    if (auto opened = open(); !opened) {
        return std::move(opened).error();
    }
    try {
        auto head = headOf(request, _target);
        std::ostream& out = _parts->session->sendRequest(head);
        out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
        out.flush();
        Poco::Net::HTTPResponse response;
        _parts->content = &_parts->session->receiveResponse(response);
        if (_target.proxyReads() && response.getStatus() == proxyAuthenticationRequired) {
            return Error(Code::unavailable, network::wantsCredentials(*_target.proxy)).within(_target.place());
        }
        return ResponseHead{response.getStatus(), typeOf(response), response.get("Mcp-Session-Id", ""),
                            response.get("Location", "")};
    } catch (const std::exception& why) {
        return failed(_target.place(), why);
    }
}

Result<std::string> Exchange::read() {
    try {
        std::streambuf* const buffer = _parts->content->rdbuf();
        if (buffer->sgetc() == std::streambuf::traits_type::eof()) {
            return std::string();
        }
        const auto available = std::clamp<std::streamsize>(buffer->in_avail(), 1, pieceSize);
        std::string piece(static_cast<std::size_t>(available), '\0');
        piece.resize(static_cast<std::size_t>(buffer->sgetn(piece.data(), available)));
        return piece;
    } catch (const std::exception& why) {
        return failed(_target.place(), why);
    }
}

void Exchange::cancel() {
    const std::lock_guard lock(_parts->mutex);
    _parts->cancelled = true;
    if (_parts->connection) {
        ::shutdown(_parts->connection.get(), SHUT_RDWR);
    }
}

}  // namespace aip::http

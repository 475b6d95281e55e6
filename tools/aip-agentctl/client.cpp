#include "client.h"

#include "control/usual_socket.h"
#include "pump.h"

#include <Poco/Buffer.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/SocketImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <istream>
#include <memory>
#include <system_error>
#include <utility>

namespace aip::agentctl {
namespace {

using namespace Poco::Net;
using base::Code;
using base::Error;
using base::Result;

using Millis = std::chrono::milliseconds;
using SessionPtr = std::unique_ptr<HTTPClientSession>;

constexpr Millis longestConnect{5'000};
constexpr std::size_t longestAnswer = 512UL << 20U;
constexpr std::size_t pieceSize = 64UL << 10U;
constexpr std::size_t longestPath = 107;  ///< that the system takes

Poco::Timespan timespan(Millis time) {
    return {time.count() / 1'000, time.count() % 1'000 * 1'000};
}

bool mayBeThere(const std::string& path) {
    std::error_code failed;
    return std::filesystem::status(path, failed).type() != std::filesystem::file_type::not_found;
}

std::string named(const std::vector<std::string>& places) {
    std::string list;
    for (const auto& place : places) {
        list += (list.empty() ? "" : ", ") + place;
    }
    return list;
}

/// `given`: by the operator; otherwise it was looked for.
Error notConnected(int reason, const std::string& socket, bool given) {
    switch (reason) {
        case EACCES:
        case EPERM:
            return {Code::denied, "no permission for " + socket +
                                      ": it is for the agent's user, root and the members of control.group (sudo?)"};
        case ENOENT:
            return {Code::unavailable,
                    given ? "no agent runs at " + socket +
                                ": there is no such socket; control.socket of its "
                                "configuration says where it is"
                          : "no agent runs here: there is no socket at " + named(control::usualSockets()) +
                                "; if its configuration sets control.socket, name that with --socket"};
        case ECONNREFUSED:
            return {Code::unavailable, "no agent runs at " + socket + ": the one that made the socket has ended"};
        case EAGAIN:
        case ETIMEDOUT:
            return {Code::deadline, "the agent at " + socket + " takes no connection: too many wait, or it hangs"};
        default:
            return {Code::unavailable, socket + ": " + std::generic_category().message(reason)};
    }
}

HTTPRequest requestFor(const Ask& ask) {
    Poco::URI uri(ask.path);
    for (const auto& [name, value] : ask.values) {
        uri.addQueryParameter(name, value);
    }
    HTTPRequest request(ask.method, uri.getPathAndQuery(), HTTPMessage::HTTP_1_1);
    request.setHost("localhost");
    if (ask.method == HTTPRequest::HTTP_POST) {
        request.setContentLength64(static_cast<Poco::Int64>(ask.body.size()));
    }
    return request;
}

Result<std::string> readBody(std::istream& in, const std::string& socket) {
    std::string body;
    std::string piece(pieceSize, '\0');
    while (in.good()) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        body.append(piece, 0, static_cast<std::size_t>(in.gcount()));
        if (body.size() > longestAnswer) {
            return Error(Code::invalid, "the answer of " + socket + " is too long");
        }
    }
    return body;
}

std::string withoutLineBreak(std::string text) {
    text.resize(text.size() - (text.ends_with('\n') ? 1 : 0));
    return text;
}

}  // namespace

/// One request and what comes back. Throws what POCO throws.
class Client::Exchange {
  public:
    Exchange(const std::string& path, Millis limit) : _path(path) {
        StreamSocket socket(SocketAddress::UNIX_LOCAL);
        socket.setSendTimeout(timespan(longestConnect));
        socket.connect(SocketAddress(SocketAddress::UNIX_LOCAL, _path));
        socket.setReceiveTimeout(timespan(limit));
        _session = std::make_unique<HTTPClientSession>(socket);
    }

    std::istream& send(HTTPRequest request, const std::string& body) {
        _session->sendRequest(request).write(body.data(), static_cast<std::streamsize>(body.size())).flush();
        return _session->receiveResponse(_response);
    }

    int status() const { return _response.getStatus(); }

    Result<Answer> answer(std::istream& in) const {
        auto body = readBody(in, _path);
        if (const auto* failure = _session->networkException()) {
            failure->rethrow();
        }
        if (body && isCut(*body)) {
            return Error(Code::unavailable, "the agent at " + _path + " has ended in the middle of its answer");
        }
        return body ? Result<Answer>(Answer{status(), withoutLineBreak(*std::move(body))})
                    : Result<Answer>(std::move(body).error());
    }

    void waitForEver() const { _session->socket().setReceiveTimeout({}); }

    int descriptor() const { return _session->socket().impl()->sockfd(); }
    std::string buffered() const {
        Poco::Buffer<char> rest(0);
        _session->drainBuffer(rest);
        return {rest.begin(), rest.size()};
    }

  private:
    bool isCut(const std::string& body) const {
        return _response.hasContentLength() && static_cast<std::size_t>(_response.getContentLength64()) != body.size();
    }

    const std::string _path;
    SessionPtr _session;
    HTTPResponse _response;
};

std::string Client::socket() const {
    if (!_socket.empty()) {
        return _socket;
    }
    const auto places = control::usualSockets();
    const auto found = std::ranges::find_if(places, mayBeThere);
    return found == places.end() ? places.front() : *found;
}

template <typename Work>
Result<Answer> Client::exchange(Millis limit, const Work& work) const {
    const std::string path = socket();
    if (path.size() > longestPath) {
        return Error(Code::invalid, "'" + path + "' cannot be the path of a socket: it is too long");
    }
    try {
        Exchange exchange(path, limit);
        return work(exchange);
    } catch (const Poco::TimeoutException&) {
        return Error(Code::deadline, "the agent at " + path + " does not answer within " +
                                         std::to_string(limit.count()) + " ms (--timeout)");
    } catch (const NoMessageException&) {
        return Error(Code::unavailable, "the agent at " + path + " has ended before it has answered");
    } catch (const MessageException&) {
        return Error(Code::invalid, "what answers at " + path + " is not an agent");
    } catch (const Poco::Exception& failure) {
        return notConnected(failure.code(), path, !_socket.empty());
    }
}

Result<Answer> Client::ask(const Ask& request, std::optional<Millis> limit) const {
    return exchange(limit.value_or(_limit), [&](Exchange& exchange) {
        auto& in = exchange.send(requestFor(request), request.body);
        return exchange.answer(in);
    });
}

Result<Answer> Client::follow(const Ask& request, const TakeLine& take) const {
    return exchange(_limit, [&](Exchange& exchange) -> Result<Answer> {
        auto& in = exchange.send(requestFor(request), request.body);
        if (exchange.status() != HTTPResponse::HTTP_OK) {
            return exchange.answer(in);
        }
        exchange.waitForEver();
        for (std::string line; std::getline(in, line);) {
            if (!take(line)) {
                return Answer{exchange.status()};
            }
        }
        return Error(Code::unavailable, "the agent at " + socket() + " has ended");
    });
}

Result<Answer> Client::bridge(const Ask& request, const std::string& protocol, int input, int output) const {
    return exchange(_limit, [&](Exchange& exchange) -> Result<Answer> {
        auto upgrade = requestFor(request);
        upgrade.set("Connection", "Upgrade");
        upgrade.set("Upgrade", protocol);
        auto& in = exchange.send(upgrade, request.body);
        if (exchange.status() != HTTPResponse::HTTP_SWITCHING_PROTOCOLS) {
            return exchange.answer(in);
        }
        const auto pumped = pump(exchange.descriptor(), input, output, exchange.buffered());
        return pumped ? Result<Answer>(Answer{HTTPResponse::HTTP_OK}) : Result<Answer>(pumped.error());
    });
}

}  // namespace aip::agentctl

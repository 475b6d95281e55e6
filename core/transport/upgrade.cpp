#include "transport/upgrade.h"

#include "transport/frame.h"
#include "transport/random.h"

#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/SHA1Engine.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <sstream>
#include <utility>

namespace aip::transport {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr std::size_t maxHeader = 64UL << 10U;
constexpr std::string_view headerEnd = "\r\n\r\n";
constexpr std::string_view httpStart = "HTTP/1.";

std::string base64(std::string_view bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    return out.str();
}

std::string acceptFor(const std::string& key) {
    Poco::SHA1Engine sha1;
    sha1.update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    const Poco::DigestEngine::Digest& digest = sha1.digest();
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string requestFor(const Target& target, const std::string& key) {
    HTTPRequest request(HTTPRequest::HTTP_GET, target.resource, HTTPRequest::HTTP_1_1);
    request.setHost(target.host, target.port);
    request.set("Upgrade", "websocket");
    request.set("Connection", "Upgrade");
    request.set("Sec-WebSocket-Version", "13");
    request.set("Sec-WebSocket-Key", key);
    std::ostringstream out;
    request.write(out);
    return out.str();
}

/// Where a redirect leads, without the query: servers copy it, and ours holds the token.
std::string redirection(const HTTPResponse& response) {
    const std::string location = response.get("Location", "an unnamed place");
    return location.substr(0, location.find('?'));
}

std::string advice(const HTTPResponse& response, const std::string& path) {
    const int status = response.getStatus();
    if (status == 401 || status == 403) {
        return "check the token and the path " + path;
    }
    if (status == 404) {
        return "check the path " + path;
    }
    if (status >= 300 && status < 400) {
        return "redirects are not followed, this one leads to " + redirection(response);
    }
    if (status >= 500) {
        return "the server has trouble of its own";
    }
    return "check that the url is that of a WebSocket server";
}

/// What makes a 101 unacceptable; empty if nothing does.
std::string flaw(const HTTPResponse& response, const std::string& key) {
    if (Poco::icompare(response.get("Upgrade", ""), "websocket") != 0) {
        return "without 'Upgrade: websocket'";
    }
    if (!response.hasToken("Connection", "upgrade")) {
        return "without 'Connection: Upgrade'";
    }
    if (Poco::trim(response.get("Sec-WebSocket-Accept", "")) != acceptFor(key)) {
        return "with a wrong Sec-WebSocket-Accept";
    }
    if (response.has("Sec-WebSocket-Extensions") || response.has("Sec-WebSocket-Protocol")) {
        return "with an extension or subprotocol that nobody asked for";
    }
    return {};
}

std::string percentEncoded(const std::string& token) {
    std::string encoded;
    Poco::URI::encode(token, "?#/:;+@&=", encoded);
    return encoded;
}

std::string resourceOf(const Poco::URI& uri, const std::string& token) {
    const std::string resource = uri.getPathAndQuery();
    if (token.empty()) {
        return resource;
    }
    return resource + (uri.getRawQuery().empty() ? "?" : "&") + "token=" + percentEncoded(token);
}

base::Error badUrl(const std::string& why) {
    return {base::Code::invalid, "the url of the server is not valid: " + why + "; expected ws://host[:port]/path"};
}

}  // namespace

base::Result<Target> parseEndpoint(const Endpoint& endpoint) {
    try {
        Poco::URI uri(endpoint.url);
        if (uri.getScheme() == "wss") {
            return base::Error(base::Code::unsupported, "wss:// is not supported by this build");
        }
        if (uri.getScheme() != "ws") {
            return badUrl("the scheme is not ws");
        }
        if (uri.getHost().empty() || !uri.getUserInfo().empty()) {
            return badUrl(uri.getHost().empty() ? "it names no host" : "a user before the host has no meaning here");
        }
        if (uri.getPath().empty()) {
            uri.setPath("/");
        }
        return Target{uri.getHost(), uri.getPort(), uri.getPath(), resourceOf(uri, endpoint.token)};
    } catch (const Poco::Exception&) {  // its text would quote the url
        return badUrl("it cannot be taken apart");
    }
}

std::string withoutToken(std::string text, const std::string& token) {
    if (token.empty()) {
        return text;
    }
    Poco::replaceInPlace(text, percentEncoded(token), std::string("***"));
    return Poco::replaceInPlace(text, token, std::string("***"));
}

Upgrade::Upgrade(const Target& target, std::string key)
    : _key(std::move(key)), _path(target.path), _request(requestFor(target, _key)) {}

Upgrade::Upgrade(const Target& target) : Upgrade(target, base64(randomBytes(16))) {}

Upgrade::State Upgrade::feed(std::string_view bytes) {
    const std::size_t seen = _answer.size() < headerEnd.size() ? 0 : _answer.size() - headerEnd.size();
    _answer += bytes;
    if (std::string_view(_answer).substr(0, httpStart.size()) != httpStart.substr(0, _answer.size())) {
        return broken("the answer to the upgrade is not HTTP: check that the url is that of a WebSocket server");
    }
    const std::size_t end = _answer.find(headerEnd, seen);
    if (end != std::string::npos && end < maxHeader) {
        _headerSize = end + headerEnd.size();
        return check(_answer.substr(0, _headerSize));
    }
    return _answer.size() > maxHeader ? broken("the answer to the upgrade is longer than 64 KiB") : State::waiting;
}

Upgrade::State Upgrade::check(const std::string& header) {
    HTTPResponse response;
    try {
        std::istringstream in(header);
        response.read(in);
    } catch (const Poco::Exception&) {
        return broken("the answer to the upgrade is malformed HTTP");
    }
    if (response.getStatus() != HTTPResponse::HTTP_SWITCHING_PROTOCOLS) {
        const std::string status = std::to_string(response.getStatus());
        return refuse(CloseCause::upgradeRejected, close_code::noCloseFrame, response.getStatus(),
                      "the server refused the upgrade with HTTP " + status + ": " + advice(response, _path));
    }
    const std::string why = flaw(response, _key);
    return why.empty() ? State::accepted : broken("the server accepted the upgrade " + why);
}

Upgrade::State Upgrade::refuse(CloseCause cause, std::uint16_t code, int httpStatus, std::string text) {
    _refusal = {.cause = cause, .code = code, .reason = {}, .httpStatus = httpStatus, .text = std::move(text)};
    return State::refused;
}

Upgrade::State Upgrade::broken(std::string text) {
    return refuse(CloseCause::protocolError, close_code::protocolError, 0, std::move(text));
}

}  // namespace aip::transport

#include "transport/upgrade.h"

#include "transport/base64.h"
#include "transport/frame.h"
#include "transport/random.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/SHA1Engine.h>
#include <Poco/String.h>

#include <sstream>
#include <utility>

namespace aip::transport {

std::string acceptKey(const std::string& key) {
    Poco::SHA1Engine sha1;
    sha1.update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    const Poco::DigestEngine::Digest& digest = sha1.digest();
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

std::string requestFor(const Target& target, const std::string& key) {
    HTTPRequest request(HTTPRequest::HTTP_GET, target.resource, HTTPRequest::HTTP_1_1);
    request.setHost(target.host, target.port);
    request.set("Upgrade", "websocket");
    request.set("Connection", "Upgrade");
    request.set("Sec-WebSocket-Version", "13");
    request.set("Sec-WebSocket-Key", key);
    if (!target.authorization.empty()) {
        request.set("Authorization", target.authorization);
    }
    std::ostringstream out;
    request.write(out);
    return out.str();
}

/// Where a redirect leads, without the query: servers copy it, and ours holds the token.
std::string redirection(const HTTPResponse& response) {
    const std::string location = response.get("Location", "an unnamed place");
    return location.substr(0, location.find('?'));
}

std::string advice(int status, const HTTPResponse& response, const std::string& path) {
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
    if (Poco::trim(response.get("Sec-WebSocket-Accept", "")) != acceptKey(key)) {
        return "with a wrong Sec-WebSocket-Accept";
    }
    if (response.has("Sec-WebSocket-Extensions") || response.has("Sec-WebSocket-Protocol")) {
        return "with an extension or subprotocol that nobody asked for";
    }
    return {};
}

}  // namespace

Upgrade::Upgrade(const Target& target, std::string key)
    : HttpExchange(requestFor(target, key)), _key(std::move(key)), _path(target.path) {}

Upgrade::Upgrade(const Target& target) : Upgrade(target, base64(randomBytes(16))) {}

HttpExchange::State Upgrade::check(const HTTPResponse& response) {
    if (statusCode() != HTTPResponse::HTTP_SWITCHING_PROTOCOLS) {
        return refuse({.cause = CloseCause::upgradeRejected,
                       .code = close_code::noCloseFrame,
                       .httpStatus = statusCode(),
                       .text = "the server refused the upgrade with HTTP " + std::to_string(statusCode()) + ": " +
                               advice(statusCode(), response, _path)});
    }
    const std::string why = flaw(response, _key);
    return why.empty() ? State::accepted : violated("the server accepted the upgrade " + why);
}

HttpExchange::State Upgrade::broken(const std::string& why) {
    return violated("the answer to the upgrade " + why + ": check that the url is that of a WebSocket server");
}

HttpExchange::State Upgrade::violated(std::string text) {
    return refuse({.cause = CloseCause::protocolError, .code = close_code::protocolError, .text = std::move(text)});
}

}  // namespace aip::transport

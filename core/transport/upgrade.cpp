#include "transport/upgrade.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/json_text.h"
#include "transport/frame.h"
#include "transport/random.h"

#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <utility>

namespace aip::transport {

using base::equalNoCase;
using network::HttpExchange;
using network::HttpHead;

std::string acceptKey(const std::string& key) {
    Poco::SHA1Engine sha1;
    sha1.update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    const Poco::DigestEngine::Digest& digest = sha1.digest();
    return base::base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

namespace {

constexpr int switchingProtocols = 101;
constexpr int badRequest = 400;  // with it servers for TLS tell those who do not speak it to use HTTPS

std::string requestFor(const Target& target, const std::string& key) {
    std::string request = "GET " + target.resource + " HTTP/1.1\r\nHost: " + target.hostHeader() +
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
                          "Sec-WebSocket-Key: " + key + "\r\n";
    if (!target.authorization.empty()) {
        request += "Authorization: " + target.authorization + "\r\n";
    }
    return request + "\r\n";
}

/// Where a redirect leads, without the query: servers copy it, and ours holds the token.
std::string redirection(const HttpHead& head) {
    const std::string location = head.has("Location") ? head.value("Location") : "an unnamed place";
    return location.substr(0, location.find('?'));
}

/// With which the server says what it speaks instead.
std::string whatIsWanted(const HttpHead& head) {
    const std::string version = head.value("Sec-WebSocket-Version");
    if (!version.empty()) {
        return "the server speaks version " + base::excerpt(version, 80) + " of WebSocket, this agent 13";
    }
    const std::string protocol = head.value("Upgrade");
    return protocol.find("TLS") != std::string::npos
               ? "the server wants TLS: use wss:// in server.url"
               : "the server wants another protocol there (" + base::excerpt(protocol, 80) +
                     "): check that the url is that of a WebSocket server";
}

std::string advice(const HttpHead& head, const std::string& path) {
    const int status = head.status;
    if (status == 401 || status == 403) {
        return "check the token and the path " + path;
    }
    if (status == 404) {
        return "check the path " + path;
    }
    if (status >= 300 && status < 400) {
        return "redirects are not followed, this one leads to " + redirection(head);
    }
    if (status == 407) {
        return "something in between is a proxy and wants credentials: set connection.http_proxy and "
               "connection.http_proxy_credentials_file";
    }
    if (status == 426) {
        return whatIsWanted(head);
    }
    if (status == 429) {
        return "the server wants fewer attempts";
    }
    if (status >= 500) {
        return "the server has trouble of its own";
    }
    return "check that the url is that of a WebSocket server";
}

/// Is each member of the list, of which there is one at least, this one?
bool saysNothingBut(const std::string& member, const std::vector<std::string>& list) {
    return !list.empty() &&
           std::ranges::all_of(list, [&](const std::string& each) { return equalNoCase(each, member); });
}

bool says(const std::string& member, const std::vector<std::string>& list) {
    return std::ranges::any_of(list, [&](const std::string& each) { return equalNoCase(each, member); });
}

/// What makes a 101 unacceptable; empty if nothing does.
std::string flaw(const HttpHead& head, const std::string& key) {
    if (!saysNothingBut("websocket", head.list("Upgrade"))) {
        return "without 'Upgrade: websocket'";
    }
    if (!says("upgrade", head.list("Connection"))) {
        return "without 'Connection: Upgrade'";
    }
    if (head.value("Sec-WebSocket-Accept") != acceptKey(key)) {
        return "with a wrong Sec-WebSocket-Accept";
    }
    if (head.has("Sec-WebSocket-Extensions") || head.has("Sec-WebSocket-Protocol")) {
        return "with an extension or subprotocol that nobody asked for";
    }
    return {};
}

}  // namespace

Upgrade::Upgrade(const Target& target, std::string key)
    : HttpExchange(requestFor(target, key)), _key(std::move(key)), _path(target.path) {}

Upgrade::Upgrade(const Target& target) : Upgrade(target, base::base64(randomBytes(16))) {}

HttpExchange::State Upgrade::check(const HttpHead& head) {
    if (head.status == badRequest && rest().find("HTTPS") != std::string_view::npos) {
        return answeredInTls();
    }
    if (head.status != switchingProtocols) {
        return refuse({.httpStatus = head.status,
                       .text = "the server refused the upgrade with HTTP " + std::to_string(head.status) + ": " +
                               advice(head, _path)});
    }
    const std::string why = flaw(head, _key);
    return why.empty() ? State::accepted : violated("the server accepted the upgrade " + why);
}

HttpExchange::State Upgrade::broken(const std::string& why) {
    return violated("the answer to the upgrade " + why + ": check that the url is that of a WebSocket server",
                    Obstacle::notHttp);
}

HttpExchange::State Upgrade::answeredInTls() {
    return violated("the server speaks TLS there: use wss:// in server.url", Obstacle::tls);
}

HttpExchange::State Upgrade::violated(std::string text, Obstacle obstacle) {
    return refuse({.text = std::move(text), .obstacle = obstacle, .violated = true});
}

}  // namespace aip::transport

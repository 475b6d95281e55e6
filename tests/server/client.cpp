#include "client.h"

#include "base/json_text.h"

#include <Poco/Buffer.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace aip::tests {
namespace {

using namespace aip::server;

using Poco::Net::HTTPRequest;
using Poco::Net::WebSocket;

constexpr int final = static_cast<int>(WebSocket::FRAME_FLAG_FIN);

WebSocket upgrade(std::uint16_t port, const std::string& target) {
    Poco::Net::HTTPClientSession session("127.0.0.1", port);
    HTTPRequest request(HTTPRequest::HTTP_GET, target, HTTPRequest::HTTP_1_1);
    Poco::Net::HTTPResponse response;
    return {session, request, response};
}

}  // namespace

ServerSettings testSettings() {
    ServerSettings settings;
    settings.key = testKey;
    settings.scenario = defaultScenario();
    return settings;
}

ServerSettings playing(const std::string& scenario) {
    ServerSettings settings = testSettings();
    settings.scenario = *readScenario(scenario);
    return settings;
}

Reply rest(std::uint16_t port, const std::string& path, const std::string& body, const std::string& key) {
    Poco::Net::HTTPClientSession session("127.0.0.1", port);
    session.setTimeout(Poco::Timespan(patience.count(), 0));
    HTTPRequest request(body.empty() ? HTTPRequest::HTTP_GET : HTTPRequest::HTTP_POST, path, HTTPRequest::HTTP_1_1);
    request.set("X-API-Key", key);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    Reply reply;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), reply.body);
    reply.status = response.getStatus();
    return reply;
}

int upgradeStatus(std::uint16_t port, const std::string& target) {
    Poco::Net::HTTPClientSession session("127.0.0.1", port);
    HTTPRequest request(HTTPRequest::HTTP_GET, target, HTTPRequest::HTTP_1_1);
    Poco::Net::HTTPResponse response;
    try {
        const WebSocket socket(session, request, response);
    } catch (const Poco::Net::WebSocketException&) {
        return response.getStatus();
    }
    return response.getStatus();
}

std::string member(const std::string& json, std::string_view name) {
    const auto object = parseObject(json);
    if (!object) {
        return object.error().text();
    }
    const auto found = object->find(name);
    if (found == object->end()) {
        return "(absent)";
    }
    return found->second.kind == JsonKind::string ? found->second.text : found->second.raw;
}

Client::Client(std::uint16_t port, const std::string& target) : _socket(upgrade(port, target)) {
    _socket.setReceiveTimeout(Poco::Timespan(patience.count(), 0));
    _socket.setNoDelay(true);
}

std::string Client::defaultTarget() {
    std::string token;
    Poco::URI::encode(testKey, "/?&=#", token);
    return "/ws?token=" + token;
}

void Client::frame(std::string_view payload, int flags) {
    _socket.sendFrame(payload.data(), static_cast<int>(payload.size()), flags);
}

void Client::sayInPieces(std::string_view text, std::size_t size) {
    for (std::size_t at = 0; at < text.size(); at += size) {
        const int opcode = at == 0 ? WebSocket::FRAME_OP_TEXT : WebSocket::FRAME_OP_CONT;
        frame(text.substr(at, size), at + size < text.size() ? opcode : final | opcode);
        frame("between", final | WebSocket::FRAME_OP_PING);
    }
}

std::string Client::receive(int& flags) {
    Poco::Buffer<char> buffer(0);
    const int size = _socket.receiveFrame(buffer, flags);
    return {buffer.begin(), static_cast<std::size_t>(size)};
}

std::string Client::hear() {
    for (;;) {
        int flags = 0;
        std::string payload = receive(flags);
        switch (flags & WebSocket::FRAME_OP_BITMASK) {
            case WebSocket::FRAME_OP_PING:
                frame(payload, final | WebSocket::FRAME_OP_PONG);
                break;
            case WebSocket::FRAME_OP_PONG:
                break;
            case WebSocket::FRAME_OP_TEXT:
                return payload;
            default:
                throw Poco::IOException("heard no message but flags " + std::to_string(flags));
        }
    }
}

int Client::hearClose() {
    int flags = 0;
    try {
        const std::string payload = receive(flags);
        if ((flags & WebSocket::FRAME_OP_BITMASK) != WebSocket::FRAME_OP_CLOSE || payload.size() < 2) {
            return flags == 0 ? WebSocket::WS_RESERVED_ABNORMAL_CLOSE : -flags;
        }
        frame(payload, final | WebSocket::FRAME_OP_CLOSE);
        return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    } catch (const Poco::Exception&) {
        return WebSocket::WS_RESERVED_ABNORMAL_CLOSE;
    }
}

int Client::hearFrame() {
    int flags = 0;
    receive(flags);
    return flags & WebSocket::FRAME_OP_BITMASK;
}

bool Client::hearsNothing() {
    frame("anything else?", final | WebSocket::FRAME_OP_PING);
    return hearFrame() == WebSocket::FRAME_OP_PONG;
}

void Client::enroll(const std::string& clientId) {
    say(R"({"type":"register","status":"ok","client_id":)" + base::jsonString(clientId) + "}");
    if (const std::string said = hear(); member(said, "status") != "ok") {
        throw Poco::IOException(said);
    }
}

void Client::answer(const std::string& command, const std::string& results) {
    say(R"({"type":"command_results","status":"continue","session_id":)" +
        base::jsonString(member(command, "session_id")) + R"(,"prev_response_id":)" +
        base::jsonString(member(command, "response_id")) + R"(,"action_results":)" + results + "}");
}

void Client::leave() {
    frame({"\x03\xE8", 2}, final | WebSocket::FRAME_OP_CLOSE);
    hearFrame();
}

}  // namespace aip::tests

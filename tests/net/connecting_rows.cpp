// Faults before the WebSocket is open.

#include "tests/net/fault_table.h"

namespace aip::tests {
namespace {

using namespace std::chrono_literals;

void nothingMore(Scene&) {}

Lines failed(const std::string& how) {
    return started() + ended("connecting", how);
}

/// The server answers the request for the upgrade like this and hangs up.
Row answered(const char* name, const std::string& answer, const std::string& how) {
    return {name,
            [answer](Scene& scene) {
                WebSocketPeer peer = scene.listener.accept();
                peer.receiveRequest();
                peer.sendRaw(answer);
            },
            failed(how)};
}

std::string rejection(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 4\r\n\r\nbody";
}

}  // namespace

std::vector<Row> connectingRows() {
    return {
        {"refused",
         [](Scene& scene) {
             scene.trace.waitFor("wait 1000");
             scene.proxy.script({{}});
         },
         failed("unreachable 1006"),
         After::comesBack,
         [](DeviceSettings& s) { s.session.backoffBase = 2s; },
         {.entry = Plan::Entry::refused, .refusal = 1h}},
        {"acceptedAndSilent",
         nothingMore,
         failed("unreachable 1006"),
         After::comesBack,
         [](DeviceSettings& s) { s.channel.connectTimeout = 500ms; },
         {.entry = Plan::Entry::silent}},
        {"requestRead_thenSilent",
         [](Scene& scene) { scene.listener.accept().receiveRequest(), scene.trace.waitFor("unreachable 1006"); },
         failed("unreachable 1006"), After::comesBack, [](DeviceSettings& s) { s.channel.connectTimeout = 500ms; }},
        answered("rejected401", rejection("401 Unauthorized"), "upgradeRejected 1006"),
        answered("rejected403", rejection("403 Forbidden"), "upgradeRejected 1006"),
        answered("rejected404", rejection("404 Not Found"), "upgradeRejected 1006"),
        answered("rejected500", rejection("500 Internal Server Error"), "upgradeRejected 1006"),
        answered("redirected", "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n", "upgradeRejected 1006"),
        answered("answeredByAnotherProtocol", "220 mail.example.org ESMTP\r\n", "protocolError 1002"),
        answered("answeredWithoutKey", "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                 "protocolError 1002"),
        answered("answeredWithoutEnd", std::string(70'000, 'x').replace(0, 12, "HTTP/1.1 101"), "protocolError 1002"),
        {"resetInTheUpgrade",
         [](Scene& scene) {
             WebSocketPeer peer = scene.listener.accept();
             peer.receiveRequest();
             peer.reset();
         },
         failed("lost 1006")},
        {"cutInTheRequest",
         [](Scene& scene) { scene.listener.accept().waitForEnd(); },
         failed("lost 1006"),
         After::comesBack,
         {},
         {.toServer = {.cutAt = 10}}},
        {"cutInTheAnswer",
         [](Scene& scene) { scene.accept().waitForEnd(); },
         failed("lost 1006"),
         After::comesBack,
         {},
         {.toClient = {.cutAt = 20}}},
        {"corruptedAnswer",
         [](Scene& scene) { scene.accept().waitForEnd(); },
         failed("protocolError 1002"),
         After::comesBack,
         {},
         {.toClient = {.corruptAt = 2}}},
    };
}

}  // namespace aip::tests

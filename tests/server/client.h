#pragma once

#include "json.h"
#include "server.h"

#include <Poco/Net/WebSocket.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace aip::tests {

inline constexpr auto testKey = "a key/with ü";

/// A limit that is only reached when a test fails.
inline constexpr std::chrono::seconds patience{30};

/// Settings of a server on a free port of loopback, with testKey.
server::ServerSettings testSettings();

/// Settings whose tasks play this scenario.
server::ServerSettings playing(const std::string& scenario);

struct Reply {
    int status;
    std::string body;
};

/// One REST request; with a body it is a POST.
Reply rest(std::uint16_t port, const std::string& path, const std::string& body = "", const std::string& key = testKey);

/// The status of the answer to a WebSocket upgrade; 101 if it was granted.
int upgradeStatus(std::uint16_t port, const std::string& target);

/// A member of the object `json`: the text of a string, otherwise the raw JSON; "(absent)" if it is not there.
std::string member(const std::string& json, std::string_view name);

/// The other end of the server's WebSocket, driven by hand.
class Client {
  public:
    /// Throws Poco::Net::WebSocketException if the upgrade is refused.
    explicit Client(std::uint16_t port, const std::string& target = defaultTarget());

    static std::string defaultTarget();

    void say(std::string_view text) { frame(text, Poco::Net::WebSocket::FRAME_TEXT); }
    void frame(std::string_view payload, int flags);
    /// As one message in fragments, with a ping between every two.
    void sayInPieces(std::string_view text, std::size_t size);

    /// The next text message. Pings on the way are answered.
    std::string hear();
    /// The code of the closing frame that comes next; answers it. 1006 if the connection is cut instead.
    int hearClose();
    /// The opcode of the next frame of any kind; nothing is answered.
    int hearFrame();
    /// True if the server sends nothing before its answer to our ping.
    bool hearsNothing();

    /// Registers as a device of this name and hears the answer.
    void enroll(const std::string& clientId);
    /// Answers the COMMAND with these results.
    void answer(const std::string& command, const std::string& results);
    /// Closes by handshake.
    void leave();

  private:
    std::string receive(int& flags);

    Poco::Net::WebSocket _socket;
};

}  // namespace aip::tests

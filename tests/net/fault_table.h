#pragma once

#include "tests/net/device.h"
#include "tests/net/trace.h"
#include "tests/support/chaos_proxy.h"
#include "tests/support/websocket_peer.h"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace aip::tests {

/// A device, its network and its server, which the test plays.
class Scene {
  public:
    /// The first connection meets `first`, the others nothing.
    Scene(const Plan& first, const DeviceSettings& settings);

    /// The next connection, upgraded.
    WebSocketPeer& accept();
    /// The next connection, and its REGISTER received.
    WebSocketPeer& acceptRegister();
    /// The next connection, registered.
    WebSocketPeer& registerDevice();
    /// A connection that the test has accepted itself.
    WebSocketPeer& adopt(WebSocketPeer peer) { return _peers.emplace_back(std::move(peer)); }
    /// The connection that came last.
    WebSocketPeer& peer() { return _peers.back(); }

    /// Gives the device something to do and waits for the answer.
    void expectThatItWorks();

    Listener listener;
    ChaosProxy proxy;
    Trace trace;

  private:
    std::list<WebSocketPeer> _peers;

  public:
    Device device;
};

enum class After : std::uint8_t {
    comesBack,  ///< one more connection, on which the device registers and works
    staysUp,    ///< it works on the same connection
    ends,       ///< run() returns after stop()
    givesUp,    ///< run() returns because max_retries is used up
};

/// A fault, and the exact sequence of states, events and messages that follows.
struct Row {
    const char* name;
    std::function<void(Scene&)> fault;
    Lines out;  ///< from the start to the wait before it comes back
    After after = After::comesBack;
    std::function<void(DeviceSettings&)> with{};  ///< other settings than patientSettings()
    Plan first{};
    Lines owed{};  ///< what is sent after it has come back
};

Lines operator+(Lines lines, const Lines& more);

/// What is seen of
Lines started();        ///< a session that begins
Lines opened();         ///< a connection that comes to be, up to REGISTER
Lines accepted();       ///< a registration
Lines listening();      ///< a start without any fault
Lines retried(int ms);  ///< a wait, and the next attempt
/// a connection that ended in that state, cause and close code as in Trace.
Lines ended(const std::string& state, const std::string& how);

constexpr auto registrationOk = R"({"type":"heartbeat","status":"ok"})";
constexpr auto registrationInUse =
    R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered; duplicate registrations are not allowed"})";

std::vector<Row> connectingRows();
std::vector<Row> registeringRows();
std::vector<Row> losingRows();
std::vector<Row> violatingRows();
std::vector<Row> harmlessRows();
std::vector<Row> stoppingRows();

}  // namespace aip::tests

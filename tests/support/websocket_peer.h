#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace aip::tests {

/// No wait of a test lasts longer; generous, for builds with sanitizers.
inline constexpr std::chrono::seconds limit{30};

/// Opcodes as they stand on the wire.
enum : std::uint8_t { opContinuation = 0, opText = 1, opBinary = 2, opClose = 8, opPing = 9, opPong = 10 };

/// A frame of the client, unmasked.
struct PeerFrame {
    std::uint8_t opcode = 0;
    bool fin = false;
    bool masked = false;
    std::string payload;

    /// Of a close frame; 1005 if it has none.
    std::uint16_t closeCode() const;
};

/// A frame of a server with any first byte (FIN, reserved bits, opcode), its length in its shortest form.
std::string serverFrame(std::uint8_t firstByte, std::string_view payload);
std::string textFrame(std::string_view payload);
std::string closeFrame(std::uint16_t code, std::string_view reason = {});

/// A layer between a peer's bytes and its socket, for example TLS. Blocks for at most `limit`.
class PeerLayer {
  public:
    virtual ~PeerLayer() = default;
    virtual void send(std::string_view bytes) = 0;
    /// How many bytes came; 0 at the end.
    virtual std::size_t receive(std::span<char> space) = 0;
};

/// The other end of one connection, scripted by the thread of the test. Independent of the code under test.
/// Every function that waits fails after `limit`; failures are thrown as std::runtime_error and fail the test.
class WebSocketPeer {
  public:
    /// Takes a connected socket.
    explicit WebSocketPeer(int socket, std::unique_ptr<PeerLayer> layer = {})
        : _socket(socket), _layer(std::move(layer)) {}
    ~WebSocketPeer() { hangUp(); }
    WebSocketPeer(WebSocketPeer&& other) noexcept;
    WebSocketPeer& operator=(WebSocketPeer&& other) noexcept;

    /// Hands the socket over to the caller.
    int release() { return std::exchange(_socket, -1); }

    /// The client's HTTP request, including its empty line.
    std::string receiveRequest();

    /// The answer of a correct server to `request`.
    static std::string upgradeAnswer(const std::string& request);

    /// Receives the request and upgrades. Returns the request.
    std::string acceptUpgrade();

    void sendRaw(std::string_view bytes);
    void sendBytewise(std::string_view bytes);
    void sendFrame(std::uint8_t opcode, bool fin, std::string_view payload);
    void sendText(std::string_view payload) { sendRaw(textFrame(payload)); }
    void close(std::uint16_t code, std::string_view reason = {}) { sendRaw(closeFrame(code, reason)); }

    /// The next frame. Throws if it is not masked.
    PeerFrame receiveFrame();

    /// The next message put together; answers pings, ignores pongs. Throws on anything but a text message.
    std::string receiveText();

    /// Reads frames until one of this opcode.
    PeerFrame receiveUntil(std::uint8_t opcode);

    /// Waits until the client has ended the connection (in order or by a reset); drops what it still sends.
    void waitForEnd();

    /// The close handshake as a server does it: answers the client's close and ends the connection.
    std::uint16_t acceptClose();

    /// Shuts down sending, reads until the client's end, and closes: so no reset overtakes what was sent.
    void finish();

    void hangUp();
    void reset();

    /// Ends the connection both ways; a wait of another thread for the client ends with it.
    void shutdown() const;

    /// Makes the client's sends block soon.
    void shrinkReceiveBuffer();

  private:
    bool fill();
    std::string take(std::size_t bytes);
    void waitFor(short events);

    int _socket;
    std::unique_ptr<PeerLayer> _layer;
    std::string _received;
    std::size_t _taken = 0;
};

/// Listens on a free port of this machine.
class Listener {
  public:
    explicit Listener(const std::string& address = "127.0.0.1");
    ~Listener() { close(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const { return _port; }

    /// ws://address:port/ws
    std::string url() const;

    WebSocketPeer accept();

    /// accept() and acceptUpgrade().
    WebSocketPeer acceptUpgraded();

    /// From now on connections are refused.
    void close();

    /// Can this machine bind to `address`?
    static bool possible(const std::string& address);

  private:
    int _socket;
    std::string _address;
    std::uint16_t _port = 0;
};

}  // namespace aip::tests

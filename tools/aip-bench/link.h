#pragma once

#include "base/descriptor.h"
#include "transport/frame.h"
#include "wire.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::bench {

/// Listens on a free port of 127.0.0.1.
class Listener {
  public:
    Listener();

    std::uint16_t port() const { return _port; }

    /// The next client, within `limit`.
    base::Descriptor accept(std::chrono::milliseconds limit) const;

  private:
    base::Descriptor _socket;
    std::uint16_t _port = 0;
};

/// The server's end of one WebSocket, as lean as possible: blocking, no copies of large messages, no checks of data
/// that is not used. Throws std::runtime_error when the client goes, says nothing for 30 s or breaks the protocol.
class Link {
  public:
    struct Message {
        std::size_t size = 0;   ///< of the payload
        std::string_view head;  ///< its first bytes, unmasked; all of them up to 16 KiB. Valid until the next receive()
    };

    /// Answers the client's upgrade.
    explicit Link(Wire wire);

    void send(std::string_view text);

    /// The next text message; pings are answered. The payload of a large one is dropped, in the clear in the kernel,
    /// unless it is to be kept in `whole`.
    Message receive(std::string* whole = nullptr);

    /// The same until `end`, which may come first.
    std::optional<Message> receiveUntil(std::chrono::steady_clock::time_point end);

  private:
    struct Header {
        bool fin = false;
        transport::Opcode opcode{};
        std::uint64_t size = 0;
        transport::MaskKey mask{};
    };

    void upgrade();
    std::string_view buffered() const { return {_buffer.data() + _begin, _end - _begin}; }
    void fill();
    void await(std::size_t bytes);
    bool takeFrame(Message& message, std::string* whole);
    Header readHeader();
    void readPayload(const Header& header, Message& message, std::string* whole);
    void takeBuffered(const Header& header, std::uint64_t done, std::size_t size, std::string* whole);
    void answerPing(const Header& header);
    void sendFrame(transport::Opcode opcode, std::string_view payload);

    Wire _wire;
    std::vector<char> _buffer;
    std::size_t _begin = 0;
    std::size_t _end = 0;
    std::string _head;
};

}  // namespace aip::bench

#pragma once

#include "base/byte_buffer.h"
#include "transport/channel.h"
#include "transport/frame.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace aip::transport {

struct Ping {
    std::string payload;
};

struct Pong {};

/// The peer's last frame.
struct CloseFrame {
    std::uint16_t code = close_code::noneGiven;
    std::string reason;  ///< valid UTF-8
};

/// The peer broke RFC 6455 or a limit: close with `code`.
struct Violation {
    std::uint16_t code = close_code::protocolError;
    std::string text;
};

using Event = std::variant<IncomingMessage, Ping, Pong, CloseFrame, Violation>;

/// Turns the bytes of a server into events, however they are cut. Whether a text is UTF-8 is left to its reader. Pure.
/// The payload of a large message is received straight into the buffer that is delivered: fill space(), tell
/// received(), then take events with next() until there is none.
class MessageReader {
  public:
    MessageReader(std::size_t maxMessageSize, std::size_t maxFragments);

    /// Where the next bytes are to be put; never empty. Valid until the next call of any other function.
    std::span<char> space();

    /// The first `bytes` of space() have been filled.
    void received(std::size_t bytes);

    /// The next event, if one is complete. After a CloseFrame or a Violation there is none.
    std::optional<Event> next();

    /// Is there a part of a frame or message whose rest is still to come? (After next() has said that there is no
    /// event.)
    bool midMessage() const { return _inMessage || _begin != _end; }

  private:
    std::string_view staged() const { return {_staging.get() + _begin, _end - _begin}; }
    bool receivesDirectly() const;
    void takeStaged();
    std::optional<Event> takeControl(const ServerHeader& header);
    std::optional<Event> closeEvent(std::string_view payload);
    std::optional<Event> beginFrame(const ServerHeader& header);
    IncomingMessage finishMessage();
    Event violation(std::uint16_t code, std::string text);
    bool reserve(std::size_t payload);

    const std::size_t _maxMessageSize;
    const std::size_t _maxFragments;

    std::unique_ptr<char[]> _staging;  ///< headers, control frames and small payloads arrive here
    std::size_t _begin = 0;
    std::size_t _end = 0;

    base::ByteBuffer _message;  ///< with room for the frame that is under way
    std::size_t _frameLeft = 0;
    std::size_t _fragments = 0;
    bool _inMessage = false;
    bool _inFrame = false;
    bool _lastFrame = false;
    bool _binary = false;
    bool _over = false;
};

}  // namespace aip::transport

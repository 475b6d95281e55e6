#pragma once

#include "transport/channel.h"
#include "transport/frame.h"
#include "transport/random.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aip::transport {

/// Turns messages into masked frames of at most `fragmentSize` payload, a block at a time in one reused buffer. Pure.
/// Control frames go between the fragments of a message, urgent messages before all that have not begun; small frames
/// share a block. An attachment follows its message before any other. A piece is freed once it is encoded.
class SendQueue {
  public:
    SendQueue(std::size_t fragmentSize, MaskSource masks);

    /// Ignored after a close.
    void push(OutgoingMessage message);

    void ping();

    /// Only the latest pong is kept (RFC 6455, 5.5.3), so a flood of pings costs nothing.
    void pong(std::string_view payload);

    /// A close frame after all that is queued; without a body if `code` is noneGiven. `reason` is cut to what fits.
    void close(std::uint16_t code, std::string_view reason);

    /// Drops what has not been encoded yet and closes. Does nothing if a close frame has been encoded already.
    void closeNow(std::uint16_t code, std::string_view reason);

    /// Drops everything, also what is half out: there is nobody to send to.
    void abandon();

    /// The bytes to be written next; empty if there are none. Valid until the next call of next() or sent().
    std::string_view next();

    /// The first `bytes` of next() are out.
    void sent(std::size_t bytes) { _begin += bytes; }

    /// Bytes not yet out: payload not encoded, and what is left of the block.
    std::size_t queued() const { return _unencoded + (_end - _begin); }

    /// The close frame is out.
    bool closed() const { return _closeEncoded && _begin == _end; }

  private:
    void dropMessages();
    void encodeBlock();
    void encodeControl(std::optional<std::string>& payload, Opcode opcode);
    bool begun() const { return _current.has_value(); }
    bool pickMessage();
    void begin(OutgoingMessage message);
    void endMessage();
    bool fits() const;
    void encodeFragment();
    void copyPayload(std::size_t size, MaskKey key);
    char* end() { return _block.get() + _end; }

    const std::size_t _fragmentSize;
    const std::size_t _capacity;
    MaskSource _masks;

    std::unique_ptr<char[]> _block;  ///< whole frames, masked
    std::size_t _begin = 0;
    std::size_t _end = 0;

    std::deque<OutgoingMessage> _urgent;
    std::deque<OutgoingMessage> _ordinary;
    std::size_t _unencoded = 0;

    std::optional<OutgoingMessage> _current;
    std::optional<std::string> _attachment;  ///< of the current message, to follow it
    std::size_t _currentLeft = 0;
    std::size_t _piece = 0;
    std::size_t _offset = 0;
    bool _firstFragment = false;

    std::optional<std::string> _ping;
    std::optional<std::string> _pong;
    std::optional<std::string> _close;
    bool _closing = false;
    bool _closeEncoded = false;
};

}  // namespace aip::transport

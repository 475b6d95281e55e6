#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "link/link_messages.h"
#include "link/shared_text.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace aip::link {

/// One end of the connection between agent and runner. Its socket keeps packets whole, so several threads may send, and
/// several may wait for the next message, without a lock between them. What one thread sends arrives in its order, and
/// so does what it posts; there is no order between the two. Any thread.
class Link {
  public:
    /// Its texts are views into the buffer that was given to receive().
    struct Received {
        Message message;
        base::Descriptor descriptor;  ///< if messages of its type have one
        base::Descriptor shared;      ///< the memory of its payload, if that is shared: see payloadText()
    };

    /// A connected pair: this end and the other one, for the child.
    static base::Result<std::pair<std::unique_ptr<Link>, base::Descriptor>> pair();

    explicit Link(base::Descriptor socket) : _socket(std::move(socket)) {}

    int descriptor() const { return _socket.get(); }

    /// Sends; blocks while there is no room. `attached` goes with the message, and `memory` if that holds its payload
    /// already. UNAVAILABLE: the other end is closed. Otherwise only this message is not sent: EXHAUSTED if it is too
    /// large or the system is short of memory or descriptors.
    base::Result<void> send(const Message& message, const base::Descriptor& attached = {},
                            const base::Descriptor& memory = {});

    /// The same without blocking: what does not fit now is kept until flush(). EXHAUSTED also if too much is kept
    /// because the other end does not read.
    base::Result<void> post(const Message& message, const base::Descriptor& attached = {});

    /// Whether something is kept: poll the socket for writing, then flush(). If that fails what was kept is lost:
    /// UNAVAILABLE if the other end is closed.
    bool waiting() const { return _waiting; }
    base::Result<void> flush();

    /// The next message; none if there is none now, or with `wait` none within the patience. `buffer` holds it and is
    /// to be reused. If this process has no descriptor left to take those of a message, it comes without them.
    /// UNAVAILABLE: the other end is closed; INVALID: it breaks the protocol.
    base::Result<std::optional<Received>> receive(std::string& buffer, bool wait);

    /// Keeps the descriptors of a message that is not taken, as it keeps those of one that breaks the protocol, until
    /// the link is destroyed: closing what a stranger has sent may block. If there are more than one frame can carry,
    /// receive() says INVALID.
    void dismiss(Received received);

    /// How long receive() waits, from its next call on. 0, the default: for ever.
    void setPatience(std::chrono::seconds patience);

  private:
    bool holdsTooMuch();

    /// A message that is kept; owns its bytes and its descriptors.
    struct Packet {
        std::string bytes;
        base::Descriptor attached;
        TextMemory shared;
    };

    base::Descriptor _socket;
    std::mutex _mutex;
    std::deque<Packet> _kept;
    std::deque<base::Descriptor> _dismissed;
    std::atomic<bool> _waiting = false;
};

/// Whether the payload of a message is in memory, or is not shared: closing its descriptor does not block.
bool hasHarmlessPayload(const Link::Received& received);

/// A copy of the payload of a message, inline or shared, with capacity for base::jsonPadding more bytes. EXHAUSTED if
/// it has more than `limit` bytes or the system is out of memory or descriptors, INVALID if the shared memory does not
/// hold it.
base::Result<std::string> payloadText(const Link::Received& received, std::uint64_t limit);

}  // namespace aip::link

#pragma once

#include "base/byte_buffer.h"
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
#include <string_view>
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
        base::Descriptor descriptor{};  ///< if messages of its type have one
        base::Descriptor memory{};      ///< of a Start: for shareMemory()
        base::Descriptor shared{};      ///< of its payload, if that has come in memory of its own: see payload()
    };

    /// A connected pair: this end, of the agent, and the other one, for the child.
    static base::Result<std::pair<std::unique_ptr<Link>, base::Descriptor>> pair();

    /// `memory`: for the payloads of the runner. The agent makes it and sends it with Start.
    explicit Link(base::Descriptor socket, TextMemory memory = TextMemory())
        : _socket(std::move(socket)), _memory(std::move(memory)) {}

    int descriptor() const { return _socket.get(); }

    /// Of the runner, before anything else is sent: what has come with Start.
    void shareMemory(base::Descriptor memory) { _memory = TextMemory(std::move(memory)); }
    /// For a payload of the runner that is written before its message is made: see areaOf(), Payload::inMemory().
    const TextMemory& memory() const { return _memory; }

    /// Sends; blocks while there is no room. `attached` goes with the message. UNAVAILABLE: the other end is closed.
    /// Otherwise only this message is not sent: EXHAUSTED if it is too large or the system is short of memory or
    /// descriptors.
    base::Result<void> send(const Message& message, const base::Descriptor& attached = {});

    /// The same without blocking: what does not fit now is kept until flush(). EXHAUSTED also if too much is kept
    /// because the other end does not read.
    base::Result<void> post(const Message& message, const base::Descriptor& attached = {});

    /// Whether something is kept: poll the socket for writing, then flush(). If that fails what was kept is lost:
    /// UNAVAILABLE if the other end is closed.
    bool waiting() const { return _waiting; }
    base::Result<void> flush();

    /// The next message; none if there is none now, or with `wait` none within the patience. `buffer` holds it and may
    /// be used again. If this process has no descriptor left to take those of a message, it comes without them.
    /// UNAVAILABLE: the other end is closed; INVALID: it breaks the protocol. Throws std::bad_alloc: a message that
    /// does not break it is still there.
    base::Result<std::optional<Received>> receive(base::ByteBuffer& buffer, bool wait);

    /// A copy of the payload of a message, with capacity for base::jsonPadding more bytes; once. Memory of its own is
    /// released; of an area the other end is told that it may be used again. EXHAUSTED if it has more than `limit`
    /// bytes or the system is out of memory or descriptors, INVALID if its memory does not hold it.
    base::Result<std::string> payload(Received& received, std::uint64_t limit);

    /// Keeps the descriptors of a message that is not taken, as it keeps those of one that breaks the protocol, until
    /// the link is destroyed: closing what a stranger has sent may block. If there are more than one frame can carry,
    /// receive() says INVALID.
    void dismiss(Received received);

    /// How long receive() waits, from its next call on. 0, the default: for ever.
    void setPatience(std::chrono::seconds patience);

  private:
    /// A message that is kept; owns its bytes and its descriptors.
    struct Packet {
        std::string bytes;
        base::Descriptor attached;
        int memory;  ///< that of the link, if it goes with the message
        TextMemory shared;
    };

    base::Result<void> sendNow(const Message& message, const base::Descriptor& attached);
    bool holdsTooMuch();
    base::Result<TextMemory> share(const Message& message, std::string_view text) const;
    int handedOverWith(const Message& message) const;
    base::Result<std::string> copyIfPossible(Received& received, std::uint64_t limit) const;
    base::Result<std::string> copyOf(Received& received, std::uint64_t limit) const;

    base::Descriptor _socket;
    TextMemory _memory;
    std::mutex _mutex;
    std::deque<Packet> _kept;
    std::deque<base::Descriptor> _dismissed;
    std::atomic<bool> _waiting = false;
};

}  // namespace aip::link

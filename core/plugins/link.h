#pragma once

#include "base/error.h"
#include "plugins/descriptor.h"
#include "plugins/link_messages.h"
#include "plugins/shared_text.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace aip::plugins {

/// One end of the connection between agent and runner: a socket that keeps packets whole, so that several threads may
/// send, and several may wait for the next message, without a lock. Any thread.
class Link {
  public:
    /// Its texts are views into the buffer that was given to receive() and into `shared`.
    struct Received {
        link::Message message;
        Descriptor descriptor;  ///< if messages of its type have one
        SharedText shared;
    };

    /// A connected pair: this end and the other one, for the child.
    static base::Result<std::pair<std::unique_ptr<Link>, Descriptor>> pair();

    explicit Link(Descriptor socket) : _socket(std::move(socket)) {}

    int descriptor() const { return _socket.get(); }

    /// Sends, waiting for room; `attached` goes with it. UNAVAILABLE: the other end is closed.
    base::Result<void> send(const link::Message& message, const Descriptor& attached = {});

    /// The same without waiting: what does not fit now is kept until flush().
    base::Result<void> post(const link::Message& message, const Descriptor& attached = {});

    /// Whether something is kept; wait until the socket can be written, then flush().
    bool waiting() const { return _waiting; }
    base::Result<void> flush();

    /// The next message; with `wait` false, none if there is none now. `buffer` holds it: give the same one again and
    /// again. UNAVAILABLE: the other end is closed; INVALID: it does not keep the protocol.
    base::Result<std::optional<Received>> receive(std::string& buffer, bool wait);

  private:
    /// As it is kept: its own bytes, its own descriptors.
    struct Packet {
        std::string bytes;
        Descriptor attached;
        Descriptor shared;
    };

    Descriptor _socket;
    std::mutex _mutex;
    std::deque<Packet> _kept;
    std::atomic<bool> _waiting = false;
};

}  // namespace aip::plugins

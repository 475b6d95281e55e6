#pragma once

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "network/obstacle.h"
#include "network/proxy.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::network {
class TlsContext;
}

namespace aip::transport {

using network::Obstacle;
using network::ProxyOrigin;

enum class TokenIn { query, header };

/// Where to connect. Token and proxy credentials are secrets: they are sent, never logged, never part of an error.
struct Endpoint {
    std::string url;                   ///< ws://host[:port]/path[?query] or wss://...
    std::string token;                 ///< empty: none
    TokenIn tokenIn = TokenIn::query;  ///< as token= in the query, percent-encoded, or as "Authorization: Bearer"
    bool allowPlaintext = false;       ///< ws:// to other addresses than those of the loopback
    std::string proxyUrl{};            ///< http://host:port; empty: none. The proxy resolves the name of the server.
    std::string proxyCredentials{};    ///< "user:password"; empty: none
    ProxyOrigin proxyOrigin{};
    std::shared_ptr<const network::TlsContext> tls{};  ///< for wss://
};

/// The connection settings of the reference are the defaults.
struct ChannelSettings {
    std::chrono::milliseconds connectTimeout{10'000};  ///< from open() until the upgrade is answered
    std::chrono::milliseconds pingInterval{20'000};    ///< at most half of pingTimeout counts; 0: no pings
    std::chrono::milliseconds pingTimeout{180'000};    ///< without a received byte: lost (if there are pings)
    std::chrono::milliseconds readTimeout{60'000};     ///< silence in the middle of a frame or message: lost
    std::chrono::milliseconds sendTimeout{60'000};     ///< the peer takes no byte of what we send: lost
    std::chrono::milliseconds closeTimeout{10'000};    ///< for the peer's answer to our close
    std::size_t maxMessageSize = 100UL << 20U;         ///< incoming, bytes; exactly this much is accepted
    std::size_t maxFragments = 65'536;                 ///< of one incoming message
    std::size_t fragmentSize = 256UL << 10U;           ///< outgoing messages are cut into frames of this size
};

/// What is sent: the payload is the pieces put together. Pieces let a large result travel without being copied.
struct OutgoingMessage {
    std::vector<std::string> pieces;
    /// Overtakes the messages that have not begun; one under way is finished first (RFC 6455 lets no message into
    /// another).
    bool urgent = false;
    bool binary = false;
    /// Sent as a binary message right after this one: nothing but control frames comes between the two.
    std::optional<std::string> attachment{};

    /// Bytes of payload, the attachment included.
    std::size_t size() const;
};

/// A message received whole. Who reads a text finds out whether it is UTF-8, and calls Channel::refuse() if it is not:
/// a parser looks at all of it anyway. `data.capacity()` exceeds `data.size()` by at least base::jsonPadding.
struct IncomingMessage {
    base::ByteBuffer data;
    bool binary = false;
};

/// Why a connection has ended or was never made.
enum class CloseCause {
    requested,        ///< our close(), answered or timed out
    byPeer,           ///< the peer's close frame; `code` and `reason` are its words
    unreachable,      ///< no address, refused, or no connection in time
    upgradeRejected,  ///< an HTTP answer other than 101; `httpStatus` says which
    protocolError,    ///< the peer broke RFC 6455 or a limit; `code` is what we closed with
    lost,             ///< cut, reset, or silent for too long
};

std::string_view name(CloseCause cause);

/// Why a text is refused, with close_code::invalidText.
inline constexpr std::string_view notUtf8 = "text message that is not UTF-8";

/// The steps to an open connection, in their order.
enum class DialStep { resolve, connect, proxy, tls, upgrade, open };

std::string_view name(DialStep step);

struct CloseInfo {
    CloseCause cause = CloseCause::lost;
    std::uint16_t code = 1006;  ///< RFC 6455 close code; 1005 none given, 1006 no close frame
    std::string reason{};       ///< of the close frame; valid UTF-8
    int httpStatus = 0;
    std::string text{};  ///< for the log: what happened and, where possible, what to do
    /// HTTP 401, 403 or 407, or a TLS connection that could not be made: other credentials may help.
    bool credentialsInDoubt = false;
    std::chrono::milliseconds retryAfter{0};  ///< the peer asks us to stay away for so long (Retry-After)
    DialStep step = DialStep::open;           ///< open: the connection has been; else the step that failed
    Obstacle obstacle = Obstacle::unknown;    ///< of that step
};

/// Called from Channel::run() only, on its thread. May call send(), refuse(), close() and abort() of the channel.
class ChannelHandler {
  public:
    virtual ~ChannelHandler() = default;
    virtual void onOpen() = 0;
    virtual void onMessage(IncomingMessage message) = 0;
    /// The last call after an open(), exactly once. A new open() is allowed from within.
    virtual void onClosed(const CloseInfo& info) = 0;
};

/// One connection at a time to the server, owned by one thread: all but wake() and standIn() belong to the thread that
/// calls run(). Everything is asynchronous; each wait has a deadline.
class Channel {
  public:
    virtual ~Channel() = default;

    /// Starts to connect, if there is no connection; onOpen() or onClosed() follows from a later run().
    virtual void open(const Endpoint& endpoint, ChannelHandler& handler) = 0;

    /// Queues a message (only between onOpen() and onClosed(); ignored otherwise).
    virtual void send(OutgoingMessage message) = 0;

    /// The numeric address of this machine on the open connection; empty if there is none, or if it is of the loopback.
    virtual std::string localAddress() const = 0;

    /// By how much the clock of this machine is ahead of the server's, by the Date of its latest answer to an upgrade;
    /// none if that had none.
    virtual std::optional<std::chrono::seconds> clockAhead() const { return {}; }

    /// Bytes queued and not yet handed to the operating system.
    virtual std::size_t queued() const = 0;

    /// Sends what is queued, then the close handshake; messages may still arrive until onClosed(). `code` as of RFC
    /// 6455.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;

    /// The message that has just arrived breaks the protocol: as after a frame that does, the connection is closed with
    /// `code` and no further message arrives; onClosed() says protocolError.
    virtual void refuse(std::uint16_t code, std::string_view why) = 0;

    /// Drops the connection at once; onClosed() follows from the next run().
    virtual void abort() = 0;

    /// Waits for I/O and handles it. Returns when `until` has come, after wake(), or after handling something.
    virtual void run(base::Clock::TimePoint until) = 0;

    /// Any thread, also from a signal handler: makes run() return soon.
    virtual void wake() = 0;

    /// Does something in the place of the thread in run(). It returns until when that thread may wait now; none: it has
    /// done nothing. It must not block.
    using Errand = std::function<std::optional<base::Clock::TimePoint>()>;

    /// Any thread: if run() waits on an open connection, carries out the errand, which owns the channel as the thread
    /// in run() does, and sends what it has queued as far as the system takes it at once. That thread is woken only if
    /// it has more to do than it waits for; the handler is never called from here. False if the errand is not carried
    /// out or has done nothing: it is for the thread in run().
    virtual bool standIn(const Errand& errand) = 0;
};

}  // namespace aip::transport

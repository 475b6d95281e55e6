#include "transport/websocket_channel.h"

#include "network/tcp_stream.h"
#include "transport/dialer.h"
#include "transport/frame.h"
#include "transport/liveness.h"
#include "transport/loop_lock.h"
#include "transport/message_reader.h"
#include "transport/poller.h"
#include "transport/random.h"
#include "transport/send_queue.h"
#include "transport/target.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace aip::transport {
namespace {

using network::IoStep;
using network::LookUp;
using network::Progress;

using TimePoint = base::Clock::TimePoint;

constexpr TimePoint never = TimePoint::max();

/// How long the server may take to end the TCP connection once the last word has been said.
constexpr std::chrono::milliseconds lingerTime{1000};

class WebSocketChannel final : public Channel {
  public:
    WebSocketChannel(const ChannelSettings& settings, const base::Clock& clock, LookUp lookUp)
        : _settings(settings), _clock(clock), _resolver([poller = _poller] { poller->wake(); }, std::move(lookUp)) {}

    void open(const Endpoint& endpoint, ChannelHandler& handler) override;
    void send(OutgoingMessage message) override;
    std::string localAddress() const override;
    std::optional<std::chrono::seconds> clockAhead() const override { return _clockAhead; }
    std::size_t queued() const override { return _queue ? _queue->queued() : 0; }
    void close(std::uint16_t code, std::string_view reason) override;
    void refuse(std::uint16_t code, std::string_view why) override;
    void abort() override;
    void run(TimePoint until) override;
    void wake() override { _poller->wake(); }
    bool standIn(const Errand& errand) override;

  private:
    enum class State {
        idle,
        dialing,
        open,
        closing,    ///< we have asked for the end
        lingering,  ///< no more messages either way; the peer is to end the TCP connection
        aborted,    ///< nothing left but to tell the handler
    };

    bool conversing() const { return _state == State::open || _state == State::closing; }
    bool connected() const { return conversing() || _state == State::lingering; }

    void dial(TimePoint until);
    void opened();
    void converse(TimePoint until);
    Interest interest();
    TimePoint deadline() const;
    TimePoint limit(TimePoint until) const;
    Readiness wait(int descriptor, Interest interest, TimePoint until);
    bool carryOut(const Errand& errand);
    bool sleepsTooLong(TimePoint until);

    void receive();
    void deliver();
    void on(IncomingMessage message) { _handler->onMessage(std::move(message)); }
    void on(const Ping& ping) { _queue->pong(ping.payload); }
    void on(const Pong&) {}
    void on(const CloseFrame& frame);
    void on(const Violation& violation);
    void flush();
    void sendingFailed();
    void checkDeadlines();

    void linger(CloseInfo end);
    void cut(const std::string& how);
    void finish(CloseInfo info);

    const ChannelSettings _settings;
    const base::Clock& _clock;
    const std::shared_ptr<Poller> _poller =
        std::make_shared<Poller>();  // names may be looked up for longer than we live
    network::Resolver _resolver;

    LoopLock _lock;        ///< for all that follows
    Interest _awaited;     ///< by the wait under way
    TimePoint _waitEnd{};  ///< its limit
    State _state = State::idle;
    Endpoint _endpoint;
    ChannelHandler* _handler = nullptr;
    std::optional<Dialer> _dialer;
    std::optional<std::chrono::seconds> _clockAhead;

    std::unique_ptr<network::Stream> _stream;
    std::optional<MessageReader> _reader;
    std::optional<SendQueue> _queue;
    std::optional<Liveness> _liveness;
    Progress _readWants = Progress::wantsRead;
    Progress _writeWants = Progress::done;  ///< done: may be tried at once

    std::optional<CloseInfo> _end;  ///< how it ends, as far as that is known: at `_endDeadline`, or when the bytes end
    TimePoint _endDeadline = never;
};

void WebSocketChannel::open(const Endpoint& endpoint, ChannelHandler& handler) {
    if (_state != State::idle) {
        return;
    }
    _endpoint = endpoint;
    _handler = &handler;
    _dialer.emplace(endpoint, _settings, _clock, _resolver);
    _state = State::dialing;
}

void WebSocketChannel::send(OutgoingMessage message) {
    if (_state == State::open) {
        _queue->push(std::move(message));
    }
}

std::string WebSocketChannel::localAddress() const {
    const std::string address = _stream ? network::ownAddress(_stream->descriptor()) : "";
    return network::isLoopback(address) ? "" : address;
}

void WebSocketChannel::close(std::uint16_t code, std::string_view reason) {
    if (_state == State::dialing) {
        abort();
    } else if (_state == State::open) {
        _state = State::closing;
        _queue->close(code, reason);
        _end = {.cause = CloseCause::requested, .text = "closed without an answer of the server"};
    }
}

void WebSocketChannel::refuse(std::uint16_t code, std::string_view why) {
    if (conversing()) {
        on(Violation{code, std::string(why)});
    }
}

void WebSocketChannel::abort() {
    if (_state == State::idle || _state == State::aborted) {
        return;
    }
    _stream.reset();
    _dialer.reset();
    _queue.reset();
    _end = {.cause = CloseCause::requested, .text = "aborted"};
    _state = State::aborted;
}

void WebSocketChannel::run(TimePoint until) {
    switch (_state) {
        case State::idle:
            wait(-1, {}, until);
            break;
        case State::dialing:
            dial(until);
            break;
        case State::aborted:
            finish(*std::exchange(_end, std::nullopt));
            break;
        default:
            converse(until);
    }
}

void WebSocketChannel::dial(TimePoint until) {
    switch (_dialer->step()) {
        case Dialer::State::open:
            _clockAhead = _dialer->clockAhead();
            return opened();
        case Dialer::State::failed:
            _clockAhead = _dialer->clockAhead();
            return finish(_dialer->failure());
        default:
            wait(_dialer->descriptor(), _dialer->interest(), std::min(until, _dialer->deadline()));
    }
}

void WebSocketChannel::opened() {
    _stream = _dialer->takeStream();
    _queue.emplace(_settings.fragmentSize, systemMasks());
    _liveness.emplace(_settings, _clock.now());
    _reader.emplace(_settings.maxMessageSize, _settings.maxFragments);
    const std::string_view early = _dialer->rest();
    std::copy(early.begin(), early.end(), _reader->space().begin());
    _reader->received(early.size());
    _dialer.reset();
    _readWants = Progress::wantsRead;
    _writeWants = Progress::done;
    _state = State::open;
    _handler->onOpen();
    deliver();
}

void WebSocketChannel::converse(TimePoint until) {
    flush();
    const Readiness ready = wait(_stream->descriptor(), interest(), limit(until));
    if (!connected()) {
        return;  // aborted by who has stood in
    }
    if (ready.writable || (ready.readable && _writeWants == Progress::wantsRead)) {
        _writeWants = Progress::done;
    }
    if (ready.readable || _stream->buffered() || (ready.writable && _readWants == Progress::wantsWrite)) {
        receive();
    }
    if (connected()) {
        flush();
        checkDeadlines();
    }
}

Interest WebSocketChannel::interest() {
    const bool unsent = !_queue->next().empty() && _writeWants != Progress::wantsRead;
    return {.read = true, .write = unsent || _readWants == Progress::wantsWrite};
}

TimePoint WebSocketChannel::deadline() const {
    return conversing() ? std::min(_endDeadline, _liveness->next()) : _endDeadline;
}

TimePoint WebSocketChannel::limit(TimePoint until) const {
    return _stream->buffered() ? TimePoint() : std::min(until, deadline());
}

Readiness WebSocketChannel::wait(int descriptor, Interest interest, TimePoint until) {
    _awaited = interest;
    _waitEnd = until;
    const LoopLock::Sleep sleep(_lock);
    return until == never ? _poller->wait(descriptor, interest, std::nullopt)
                          : _poller->wait(descriptor, interest, until - _clock.now());
}

bool WebSocketChannel::standIn(const Errand& errand) {
    bool done = false;
    _lock.tryRun([&] { done = _state == State::open && carryOut(errand); });
    return done;
}

/// Without memory to send, the thread in run() tries again.
bool WebSocketChannel::carryOut(const Errand& errand) {
    const auto until = errand();
    try {
        if (until && _state == State::open) {
            flush();
        }
    } catch (const std::bad_alloc&) {
        wake();
    }
    if (until && sleepsTooLong(*until)) {
        wake();
    }
    return until.has_value();
}

/// Whether the thread in run() has more to do than it waits for.
bool WebSocketChannel::sleepsTooLong(TimePoint until) {
    return _state != State::open || limit(until) < _waitEnd || (interest().write && !_awaited.write);
}

void WebSocketChannel::receive() {
    const IoStep io = _stream->read(_reader->space());
    switch (io.progress) {
        case Progress::done:
            break;
        case Progress::ended:
            return cut("the server cut the connection");
        case Progress::failed:
            return cut("the connection broke: " + _stream->error());
        default:
            _readWants = io.progress;
            return;
    }
    _readWants = Progress::wantsRead;
    if (conversing()) {
        _reader->received(io.bytes);
        deliver();
        _liveness->received(_clock.now(), _reader->midMessage());
    }
}

void WebSocketChannel::deliver() {
    while (conversing()) {
        std::optional<Event> event = _reader->next();
        if (!event) {
            return;
        }
        std::visit([this](auto& content) { on(std::move(content)); }, *event);
    }
}

void WebSocketChannel::on(const CloseFrame& frame) {
    const bool answers = _state == State::closing;
    const std::string why = std::to_string(frame.code) + (frame.reason.empty() ? "" : " ") + frame.reason;
    _queue->closeNow(frame.code, {});
    linger({.cause = answers ? CloseCause::requested : CloseCause::byPeer,
            .code = frame.code,
            .reason = frame.reason,
            .text = answers ? "closed" : "the server closed the connection (" + why + ")"});
}

void WebSocketChannel::on(const Violation& violation) {
    _queue->closeNow(violation.code, violation.text);
    linger({.cause = CloseCause::protocolError,
            .code = violation.code,
            .text = "the server broke the protocol: " + violation.text});
}

void WebSocketChannel::flush() {
    const std::string_view bytes = _writeWants == Progress::done ? _queue->next() : std::string_view();
    if (bytes.empty()) {
        return;
    }
    const IoStep io = _stream->write(bytes);
    if (io.progress == Progress::failed) {
        return sendingFailed();
    }
    _queue->sent(io.bytes);
    const bool partly = io.progress == Progress::done && io.bytes < bytes.size();
    _writeWants = partly ? Progress::wantsWrite : io.progress;
    const TimePoint now = _clock.now();
    _liveness->sent(now, io.bytes, !_queue->next().empty());
    if (_state == State::closing && _queue->closed()) {
        _endDeadline = std::min(_endDeadline, now + _settings.closeTimeout);
    }
}

/// What the server said before it went may still wait to be read: its close frame tells more than our failure does.
void WebSocketChannel::sendingFailed() {
    _queue->abandon();
    if (!_end) {
        _end = {.text = "sending failed: " + _stream->error()};
    }
    _endDeadline = std::min(_endDeadline, _clock.now() + lingerTime);
}

void WebSocketChannel::checkDeadlines() {
    const TimePoint now = _clock.now();
    if (now >= _endDeadline) {
        return finish(*std::exchange(_end, std::nullopt));
    }
    if (_state == State::lingering) {
        return;
    }
    if (const std::string_view verdict = _liveness->verdict(now); !verdict.empty()) {
        return cut(std::string(verdict));
    }
    if (_liveness->pingDue(now)) {
        _liveness->pinged(now);
        _queue->ping();
        flush();
    }
}

void WebSocketChannel::linger(CloseInfo end) {
    _state = State::lingering;
    _end = std::move(end);
    _endDeadline = _clock.now() + lingerTime;
}

void WebSocketChannel::cut(const std::string& how) {
    finish(_end ? *std::exchange(_end, std::nullopt) : CloseInfo{.text = how});
}

void WebSocketChannel::finish(CloseInfo info) {
    info.reason = withoutToken(std::move(info.reason), _endpoint.token);
    info.text = withoutToken(std::move(info.text), _endpoint.token);
    _stream.reset();
    _dialer.reset();
    _reader.reset();
    _queue.reset();
    _end.reset();
    _endDeadline = never;
    _state = State::idle;
    std::exchange(_handler, nullptr)->onClosed(info);
}

}  // namespace

std::unique_ptr<Channel> makeWebSocketChannel(const ChannelSettings& settings, const base::Clock& clock,
                                              network::LookUp lookUp) {
    return std::make_unique<WebSocketChannel>(settings, clock, std::move(lookUp));
}

}  // namespace aip::transport

#pragma once

#include "base/clock.h"
#include "network/address_plan.h"
#include "network/http_exchange.h"
#include "network/resolver.h"
#include "network/stream.h"
#include "transport/channel.h"
#include "transport/poller.h"
#include "transport/target.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::transport {

/// The way from an Endpoint to an upgraded stream: resolve, connect to one address after the other, go through the
/// proxy, secure, upgrade. AddressPlan says how long an address is tried.
class Dialer {
  public:
    using TimePoint = base::Clock::TimePoint;
    enum class State { begun, resolving, connecting, tunnelling, securing, upgrading, open, failed };

    /// `clock` and `resolver` outlive it.
    Dialer(const Endpoint& endpoint, const ChannelSettings& settings, const base::Clock& clock,
           network::Resolver& resolver);

    /// Goes as far as it gets without waiting. To be called again once the descriptor (-1: none) is ready for
    /// interest(), when the resolver is done, or at the deadline.
    State step();

    int descriptor() const { return _stream ? _stream->descriptor() : -1; }
    Interest interest() const;
    TimePoint deadline() const { return _stepDeadline; }

    /// Once open: the stream, and the bytes that came after the upgrade.
    std::unique_ptr<network::Stream> takeStream() { return std::move(_stream); }
    std::string_view rest() const { return _exchange->rest(); }

    /// Once failed.
    const CloseInfo& failure() const { return _failure; }

    /// See Channel::clockAhead().
    std::optional<std::chrono::seconds> clockAhead() const { return _clockAhead; }

  private:
    State advance();
    State parseUrl();
    State resolveHost();
    State nextAddress();
    base::Result<std::unique_ptr<network::Stream>> openNext();
    State connect();
    State connected();
    State secure();
    State secureOrUpgrade();
    State begin(State state, std::unique_ptr<network::HttpExchange> exchange);
    State converse();
    State sendRequest();
    State readAnswer();
    State answered(network::HttpExchange::State verdict);

    State wait(State state, network::Progress wants);
    State waitOrGiveUp(const network::IoStep& io, const char* silence);
    DialStep dialStep() const;
    CloseInfo refusal() const;
    State fail(CloseInfo info);
    State broken();
    State unreachable(std::string text);
    void note(const base::Error& error);
    void noteFailure(const std::string& why);
    std::string advice() const;
    std::string peer() const;
    std::string handshakeName() const;
    std::string hop() const { return _target.proxy ? _target.proxy->host : _target.address(); }
    std::uint16_t hopPort() const { return _target.proxy ? _target.proxy->port : _target.port; }

    const base::Clock& _clock;
    const Endpoint _endpoint;
    const TimePoint _deadline;
    network::Resolver& _resolver;
    State _state = State::begun;
    TimePoint _stepDeadline;
    network::Progress _wants = network::Progress::wantsWrite;

    Target _target;
    std::optional<network::Resolution> _resolution;
    network::AddressPlan _plan;
    std::unique_ptr<network::Stream> _stream;
    std::unique_ptr<network::HttpExchange> _exchange;
    std::string_view _unsent;                ///< of the request
    std::string _attempts;                   ///< the addresses that failed, and why
    bool _tlsFailed = false;                 ///< at one of them
    bool _nobodyThere = false;               ///< the last of them did not even take the connection
    Obstacle _obstacle = Obstacle::unknown;  ///< the latest
    CloseInfo _failure;
    std::optional<std::chrono::seconds> _clockAhead;
};

}  // namespace aip::transport

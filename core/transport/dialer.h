#pragma once

#include "base/clock.h"
#include "transport/channel.h"
#include "transport/poller.h"
#include "transport/stream.h"
#include "transport/upgrade.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::transport {

/// The way from an Endpoint to an upgraded stream: resolve, connect to one address after the other, upgrade.
/// Every address gets its share of the time that is left.
class Dialer {
  public:
    using TimePoint = base::Clock::TimePoint;
    enum class State { resolving, connecting, upgrading, open, failed };

    Dialer(const Endpoint& endpoint, const ChannelSettings& settings, const base::Clock& clock);

    /// Goes as far as it gets without waiting; resolving alone blocks. To be called again once the descriptor is ready
    /// for interest(), or at the deadline.
    State step();

    int descriptor() const { return _stream ? _stream->descriptor() : -1; }
    Interest interest() const;
    TimePoint deadline() const { return _stepDeadline; }

    /// Once open: the stream, and the bytes that came behind the upgrade.
    std::unique_ptr<Stream> takeStream() { return std::move(_stream); }
    std::string_view rest() const { return _upgrade->rest(); }

    /// Once failed.
    const CloseInfo& failure() const { return _failure; }

  private:
    State resolveHost();
    State nextAddress();
    State connect();
    State upgrade();
    State sendRequest();
    State readAnswer();
    State wait(State state, Progress wants);
    State fail(CloseInfo info);
    State unreachable(std::string text);
    void noteFailure(const std::string& why);

    const base::Clock& _clock;
    const Endpoint _endpoint;
    const TimePoint _deadline;
    State _state = State::resolving;
    TimePoint _stepDeadline;
    Progress _wants = Progress::wantsWrite;

    Target _target;
    std::vector<std::string> _addresses;
    std::size_t _next = 0;
    std::unique_ptr<Stream> _stream;
    std::optional<Upgrade> _upgrade;
    std::string_view _unsent;  ///< of the request
    std::string _attempts;     ///< the addresses that failed, and why
    CloseInfo _failure;
};

}  // namespace aip::transport

#include "lifecycle/connection_probe.h"

#include "base/json_text.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "transport/frame.h"

#include <optional>
#include <utility>
#include <variant>

namespace aip::lifecycle {
namespace {

using protocol::Status;
using transport::CloseInfo;
using transport::DialStep;
using transport::Obstacle;

constexpr std::size_t longestAnswer = 1'024;

class Probe final : private transport::ChannelHandler {
  public:
    Probe(const ProbeSettings& settings, transport::Channel& channel, const base::Clock& clock)
        : _settings(settings), _channel(channel), _clock(clock) {}

    ProbeResult run() {
        _channel.open(_settings.endpoint, *this);
        while (!_closed) {
            _channel.run(_deadline);
            if (!_closed && _clock.now() >= _deadline) {
                fail(registerStep, "no answer in time", Obstacle::silence);
                _channel.abort();
            }
        }
        _result.clockAhead = _channel.clockAhead();
        return std::move(_result);
    }

  private:
    void onOpen() override {
        passUpTo(DialStep::open);
        if (!_settings.registers) {
            return _channel.close(transport::close_code::normal, {});
        }
        _deadline = _clock.now() + _settings.registrationTimeout;
        const std::string now = base::timestamp(_clock.wallNow());
        const std::string metadata = R"({"registration_time":)" + base::jsonString(now) + R"(,"platform":)" +
                                     base::jsonString(_settings.platform) + "}";
        _channel.send({.pieces = protocol::Encoder(_settings.clientId).registration(metadata, now)});
    }

    void onMessage(transport::IncomingMessage message) override {
        const auto decoded = _decoder.decode(std::move(message.data));
        const auto* fault = std::get_if<protocol::DecodeFault>(&decoded);
        if (fault != nullptr && fault->notUtf8 && !message.binary) {
            return _channel.refuse(transport::close_code::invalidText, transport::notUtf8);
        }
        const auto* whole = std::get_if<protocol::ServerMessagePtr>(&decoded);
        if (whole == nullptr || !_settings.registers || _answered) {
            return;
        }
        const protocol::ServerMessage& answer = **whole;
        if (answer.type == protocol::ServerType::error || answer.status == Status::error) {
            end(std::string("the server refuses: ") +
                base::excerpt(answer.error.value_or("no reason given"), longestAnswer));
        } else if (answer.status == Status::ok) {
            end({});
        }
    }

    void onClosed(const CloseInfo& info) override {
        _closed = true;
        if (info.step != DialStep::open) {
            passUpTo(info.step);
            fail(std::string(name(info.step)), info.text, info.obstacle);
            _result.httpStatus = info.httpStatus;
            _result.retryAfter = info.retryAfter;
        } else if (_settings.registers && !_answered) {
            fail(registerStep,
                 "the server closes the connection: " +
                     base::excerpt(info.reason.empty() ? info.text : info.reason, longestAnswer),
                 info.cause == transport::CloseCause::byPeer ? Obstacle::unknown : Obstacle::cut);
        }
    }

    /// The registration is answered; `why` not, if it is refused.
    void end(const std::string& why) {
        _answered = true;
        _deadline = base::Clock::TimePoint::max();
        if (why.empty()) {
            _result.passed.emplace_back(registerStep);
        } else {
            fail(registerStep, why);
        }
        _channel.close(transport::close_code::normal, {});
    }

    void fail(std::string step, std::string why, Obstacle obstacle = Obstacle::unknown) {
        if (_result.failed.empty()) {
            _result.obstacle = obstacle;
            _result.failed = std::move(step);
            _result.why = std::move(why);
        }
    }

    void passUpTo(DialStep end) {
        const auto& endpoint = _settings.endpoint;
        for (const DialStep step :
             {DialStep::resolve, DialStep::connect, DialStep::proxy, DialStep::tls, DialStep::upgrade}) {
            const bool skipped = (step == DialStep::proxy && endpoint.proxyUrl.empty()) ||
                                 (step == DialStep::tls && !endpoint.url.starts_with("wss://"));
            if (step < end && !skipped) {
                _result.passed.emplace_back(name(step));
            }
        }
    }

    const ProbeSettings& _settings;
    transport::Channel& _channel;
    const base::Clock& _clock;
    protocol::Decoder _decoder;
    base::Clock::TimePoint _deadline = base::Clock::TimePoint::max();  ///< for the answer to the registration
    bool _answered = false;
    bool _closed = false;
    ProbeResult _result;
};

}  // namespace

ProbeResult probe(const ProbeSettings& settings, transport::Channel& channel, const base::Clock& clock) {
    return Probe(settings, channel, clock).run();
}

}  // namespace aip::lifecycle

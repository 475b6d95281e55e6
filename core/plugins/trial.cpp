#include "plugins/trial.h"

#include "link/link.h"
#include "plugins/child_process.h"
#include "plugins/plugin_process.h"
#include "plugins/poll_set.h"
#include "plugins/process_stages.h"
#include "plugins/spec_of.h"

#include <aip/abi.h>

#include <algorithm>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace aip::plugins {
namespace {

using base::Clock;
using Cause = ProcessStages::Cause;
using Stage = ProcessStages::Stage;

constexpr int trialMessagesAtOnce = 64;

Clock::TimePoint now() {
    return std::chrono::steady_clock::now();
}

hosting::LogSink markedSink(const hosting::LogSink& sink) {
    return [sink](int level, std::string_view line) {
        if (sink && level >= AIP_LOG_WARN) {
            sink(level, "in its trial: " + std::string(line));
        }
    };
}

/// One process, from its start to its end.
class Trial {
  public:
    Trial(ChildProcess child, const SlotSettings& settings, const SlotWiring& wiring, std::stop_token givenUp)
        : _settings(settings),
          _wiring(wiring),
          _log(markedSink(wiring.log)),
          _process(std::move(child), _log),
          _stages(now() + settings.startTimeout),
          _givenUp(std::move(givenUp)) {}

    hosting::Check run(const admission::Manifest& manifest, const base::Descriptor& library);

  private:
    bool keepTime();
    void terminateIfOverdue(Clock::TimePoint time);
    void receive();
    bool handle(const link::Message& message);
    void fault(const std::string& text) { _stages.terminate(Cause::fault, text, now()); }
    hosting::Check judge(const ProcessEnd& end) const;

    const SlotSettings& _settings;
    const SlotWiring& _wiring;
    const hosting::LogSink _log;
    PollSet _polled;
    PluginProcess _process;
    ProcessStages _stages;
    base::ByteBuffer _buffer;
    bool _started = false;
    const std::stop_token _givenUp;
};

hosting::Check Trial::run(const admission::Manifest& manifest, const base::Descriptor& library) {
    if (!_polled.open()) {
        return hosting::Refusal{hosting::reason::shortage, "no descriptor is left to wait for its process"};
    }
    const std::string description = hosting::encode(specOf(manifest, _settings));
    if (const auto sent = _process.link()->post(startMessage(manifest, _settings, _wiring, description), library);
        !sent) {
        fault(sent.error().text());
    }
    const std::stop_callback wake(_givenUp, [this] { _polled.wake(); });
    while (keepTime()) {
        _process.watch(_polled, now());
        _polled.wait(std::min(_stages.limit(), _process.outputAt(now())));
        if (_process.linkReady()) {
            receive();
        }
        _process.readOutput(now());
        if (_process.processReady()) {
            receive();
            if (const auto end = _process.end()) {
                return judge(*end);
            }
        }
    }
    return hosting::Refusal{hosting::reason::startCrashed, "its process cannot be killed"};
}

/// False if it cannot be killed.
bool Trial::keepTime() {
    const auto time = now();
    terminateIfOverdue(time);
    for (auto order = _stages.nextOrder(time); order != ProcessOrder::none; order = _stages.nextOrder(time)) {
        _process.carryOut(order);
        if (order == ProcessOrder::leaveBehind) {
            return false;
        }
    }
    return true;
}

void Trial::terminateIfOverdue(Clock::TimePoint time) {
    if (_givenUp.stop_requested()) {
        _stages.terminate(Cause::refused, "it is stopped", time, hosting::reason::startFailed);
    }
    if (_stages.terminateIfOverdue(time, _settings.startTimeout)) {
        fault("did not stop within " + std::to_string(_settings.process.stopTimeout.count()) + " ms");
    }
}

/// Not all messages at once if there are many: the time limit must be kept.
void Trial::receive() {
    static_cast<void>(_process.link()->flush());
    for (int i = 0; i < trialMessagesAtOnce; ++i) {
        auto received = _process.link()->receive(_buffer, false);
        if (received && !*received) {
            return;
        }
        if (!received && received.error().code() == base::Code::unavailable) {
            _process.stopListening();
            _stages.lost(now(), _settings.process.stopTimeout);  // nobody waits for an answer
            return;
        }
        const bool belongs = received && handle((*received)->message);
        if (received) {
            _process.link()->dismiss(**std::move(received));
        }
        if (!belongs) {
            fault("its process was killed because it broke the protocol");
            return;
        }
    }
}

/// False if a runner may not send this message now.
bool Trial::handle(const link::Message& message) {
    if (const auto* log = std::get_if<link::Log>(&message)) {
        writeLog(_log, *log);
        return true;
    }
    if (const auto* crash = std::get_if<link::Crashed>(&message)) {
        return _stages.crashed(whereOf(*crash));
    }
    if (std::holds_alternative<link::Started>(message) && _stages.stage() == Stage::starting) {
        _started = true;
        _stages.started();
        _stages.stop(now(), now() + _settings.process.stopTimeout);
        return true;
    }
    if (const auto* refused = std::get_if<link::Refused>(&message); refused && _stages.stage() == Stage::starting) {
        if (const auto refusal = refusalOf(*refused)) {
            _stages.terminate(Cause::refused, refusal->text, now(), refusal->code);
        }
    }
    return _stages.terminated() || std::holds_alternative<link::Stopped>(message) ||
           std::holds_alternative<link::Tools>(message) || std::holds_alternative<link::Confined>(message);
}

hosting::Check Trial::judge(const ProcessEnd& end) const {
    const ProcessStages::Verdict verdict = _stages.judge(end);
    if (verdict.cause == Cause::asked) {
        return {};
    }
    if (verdict.cause == Cause::refused) {
        return hosting::Refusal{verdict.code, verdict.text};
    }
    return hosting::Refusal{_started ? hosting::reason::stopFailed : hosting::reason::startCrashed, verdict.text};
}

}  // namespace

hosting::Check tryInChild(const admission::Manifest& manifest, const base::Descriptor& library,
                          const SlotSettings& settings, const SlotWiring& wiring, const std::stop_token& givenUp) {
    const ProcessSettings& process = settings.process;
    if (process.runner.empty()) {
        return {};
    }
    auto child = ChildProcess::start(
        {process.runner, manifest.id, allowedEnvironment(process.environment), process.confinement.hostView});
    if (!child) {
        return notLaunched(child.error());
    }
    return Trial(*std::move(child), settings, wiring, givenUp).run(manifest, library);
}

}  // namespace aip::plugins

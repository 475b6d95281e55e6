#include "plugins/trial.h"

#include "link/link.h"
#include "plugins/child_process.h"
#include "plugins/plugin_process.h"
#include "plugins/poll_set.h"
#include "plugins/spec_of.h"

#include <aip/abi.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace aip::plugins {
namespace {

using base::Clock;
using Cause = PluginProcess::Cause;
using Stage = PluginProcess::Stage;

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

/// One process, from its start to its end. One thread.
class Trial {
  public:
    Trial(ChildProcess child, const SlotSettings& settings, const SlotWiring& wiring)
        : _settings(settings),
          _wiring(wiring),
          _log(markedSink(wiring.log)),
          _process(std::move(child), _log, 1, now() + settings.startTimeout) {}

    hosting::Check run(const admission::Manifest& manifest, const base::Descriptor& library);

  private:
    bool keepTime();
    void receive();
    bool handle(const link::Message& message);
    void fault(const std::string& text) { _process.terminate(Cause::fault, text, now()); }
    hosting::Check judge(const ChildProcess::Ending& ending) const;

    const SlotSettings& _settings;
    const SlotWiring& _wiring;
    const hosting::LogSink _log;
    PluginProcess _process;
    PollSet _polled;
    std::string _buffer;
    bool _started = false;
};

hosting::Check Trial::run(const admission::Manifest& manifest, const base::Descriptor& library) {
    const std::string description = hosting::encode(specOf(manifest, _settings));
    if (const auto sent = _process.link()->post(startMessage(manifest, _settings, _wiring, description), library);
        !sent) {
        fault(sent.error().text());
    }
    while (keepTime()) {
        _process.watch(_polled, now());
        _polled.wait(std::min(_process.limit(), _process.outputAt(now())));
        if (_process.linkReady(_polled)) {
            receive();
        }
        _process.readOutput(_polled, now());
        if (_process.processReady(_polled)) {
            receive();
            if (const auto ending = _process.ending()) {
                return judge(*ending);
            }
        }
    }
    return hosting::Refusal{hosting::reason::startCrashed, "its process cannot be killed"};
}

/// False if it outlives being killed.
bool Trial::keepTime() {
    const auto time = now();
    if (time < _process.limit()) {
        return true;
    }
    if (_process.terminated()) {
        return _process.killAgain(time);
    }
    if (_process.stage() == Stage::starting) {
        _process.terminate(Cause::refused,
                           "did not start within " + std::to_string(_settings.startTimeout.count()) + " ms", time,
                           hosting::reason::startTimeout);
    } else if (_process.stage() == Stage::stopping) {
        fault("did not stop within " + std::to_string(_settings.process.stopTimeout.count()) + " ms");
    } else {
        fault("its process has closed its connection to the agent");
    }
    return true;
}

/// Not all that it says, if it says much: its time is to be kept.
void Trial::receive() {
    static_cast<void>(_process.link()->flush());
    for (int i = 0; i < trialMessagesAtOnce; ++i) {
        const auto received = _process.link()->receive(_buffer, false);
        if (received && !*received) {
            return;
        }
        if (!received && received.error().code() == base::Code::unavailable) {
            _process.lost(now(), _settings.process.stopTimeout);  // nobody waits for an answer
            return;
        }
        if (!received || !handle((*received)->message)) {
            fault("its process was killed because it broke the protocol");
            return;
        }
    }
}

/// False if it is not what a runner may say now.
bool Trial::handle(const link::Message& message) {
    if (const auto* log = std::get_if<link::Log>(&message)) {
        writeLog(_log, *log);
        return true;
    }
    if (std::holds_alternative<link::Started>(message) && _process.stage() == Stage::starting) {
        _started = true;
        _process.started(now());
        _process.stopping(now() + _settings.process.stopTimeout);
        static_cast<void>(_process.link()->post(link::Stop{}));
        return true;
    }
    if (const auto* refused = std::get_if<link::Refused>(&message); refused && _process.stage() == Stage::starting) {
        if (const auto refusal = refusalOf(*refused)) {
            _process.terminate(Cause::refused, refusal->text, now(), refusal->code);
        }
    }
    return _process.terminated() || std::holds_alternative<link::Stopped>(message) ||
           std::holds_alternative<link::Tools>(message);
}

hosting::Check Trial::judge(const ChildProcess::Ending& ending) const {
    const PluginProcess::Verdict verdict = _process.judge(ending);
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
                          const SlotSettings& settings, const SlotWiring& wiring) {
    const ProcessSettings& process = settings.process;
    if (process.runner.empty()) {
        return {};
    }
    auto child = ChildProcess::start({process.runner, manifest.id, allowedEnvironment(process.environment)});
    if (!child) {
        return hosting::Refusal{hosting::reason::startFailed, child.error().text()};
    }
    return Trial(*std::move(child), settings, wiring).run(manifest, library);
}

}  // namespace aip::plugins

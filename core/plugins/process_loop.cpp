#include "admission/sealed_library.h"
#include "base/log.h"
#include "plugins/process_slot.h"

#include <algorithm>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;
using std::chrono::milliseconds;

/// A process that says much does not keep the others from being heard.
constexpr int messagesAtOnce = 64;

}  // namespace

void ProcessSlot::run() {
    while (tendAll()) {
        waitForEvents();
    }
}

/// Does what is due. False once there is nothing left to do.
bool ProcessSlot::tendAll() {
    std::unique_lock lock(_mutex);
    const auto now = std::chrono::steady_clock::now();
    for (auto process = _processes.begin(); process != _processes.end();) {
        PluginProcess& each = *process++;
        tend(each, now);
        if (each.terminated() && each.limit() <= now && !each.killAgain(now)) {
            lock.unlock();
            giveUp(each);
            lock.lock();
        }
    }
    if (wantsProcess() && now >= _failures.retryAt()) {
        lock.unlock();
        spawn();
        lock.lock();
    }
    return !_stopping || !_processes.empty();
}

void ProcessSlot::tend(PluginProcess& process, TimePoint now) {
    const bool idle = process.stage() == Stage::ready && process.busy() == 0;
    if (_stopping && idle) {
        stopProcess(process, _stopLimit);
    } else if (_stopping && (process.stage() == Stage::starting || now >= _stopLimit)) {
        process.terminate(Cause::asked, {}, now);
    } else if (idle && _settings.process.idleTimeout > milliseconds(0) && _queue.empty() &&
               now >= process.idleSince() + _settings.process.idleTimeout) {
        base::log::debug("plugin {}: stopped, there was nothing to do", _manifest.id);
        stopProcess(process, now + _settings.process.stopTimeout);
    }
    if (process.terminated() || now < process.limit()) {
        return;
    }
    if (process.stage() == Stage::starting) {
        process.terminate(Cause::refused,
                          "did not start within " + std::to_string(_settings.startTimeout.count()) + " ms", now,
                          hosting::reason::startTimeout);
    } else if (process.stage() == Stage::stopping) {
        base::log::warn("plugin {}: does not stop, its process is killed", _manifest.id);
        process.terminate(Cause::asked, {}, now);
    } else {
        process.terminate(Cause::fault, "its process has closed its connection to the agent", now);
    }
}

void ProcessSlot::stopProcess(PluginProcess& process, TimePoint limit) {
    process.stopping(limit);
    static_cast<void>(process.link()->post(link::Stop{}));
}

ProcessSlot::TimePoint ProcessSlot::nextDeadline() const {
    const auto now = std::chrono::steady_clock::now();
    auto next = wantsProcess() ? _failures.retryAt() : TimePoint::max();
    for (const PluginProcess& process : _processes) {
        next = std::min({next, process.limit(), process.outputAt(now)});
        const bool idle = process.stage() == Stage::ready && process.busy() == 0;
        if (_stopping && !process.terminated()) {
            next = std::min(next, idle ? now : _stopLimit);
        } else if (idle && _settings.process.idleTimeout > milliseconds(0)) {
            next = std::min(next, process.idleSince() + _settings.process.idleTimeout);
        }
    }
    return next;
}

void ProcessSlot::waitForEvents() {
    auto now = std::chrono::steady_clock::now();
    TimePoint until;
    {
        const std::lock_guard lock(_mutex);
        until = nextDeadline();
        for (PluginProcess& process : _processes) {
            process.watch(_polled, now);
        }
    }
    _polled.wait(until);
    now = std::chrono::steady_clock::now();
    for (auto process = _processes.begin(); process != _processes.end();) {
        PluginProcess& each = *process++;  // only this thread adds and removes processes
        if (each.linkReady(_polled)) {
            receive(each);
        }
        each.readOutput(_polled, now);
        if (each.processReady(_polled)) {
            reap(each);
        }
    }
}

base::Result<ChildProcess, hosting::Refusal> ProcessSlot::launch() {
    if (!_sealed) {
        auto sealed = admission::sealLibrary(_library, _manifest);
        if (!sealed) {
            return std::move(sealed).error();
        }
        _library = *std::move(sealed);
        _sealed = true;
    }
    const ProcessSettings& settings = _settings.process;
    auto child = ChildProcess::start({settings.runner, _manifest.id, allowedEnvironment(settings.environment)});
    if (!child) {
        return hosting::Refusal{hosting::reason::startFailed, child.error().text()};
    }
    return *std::move(child);
}

void ProcessSlot::spawn() {
    const auto now = std::chrono::steady_clock::now();
    auto launched = launch();
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    if (!launched) {
        settle({Cause::refused, launched.error().code, launched.error().text}, {}, outcomes, now);
    } else {
        PluginProcess& process =
            _processes.emplace_back(*std::move(launched), _wiring.log, _placesPerProcess, now + _settings.startTimeout);
        const auto sent = process.link()->post(startMessage(_manifest, _settings, _wiring, _description), _library);
        if (!sent && sent.error().code() != Code::unavailable) {
            process.terminate(Cause::refused, sent.error().text(), now, hosting::reason::startFailed);
        }
    }
    lock.unlock();
    finish(std::move(outcomes));
}

void ProcessSlot::receive(PluginProcess& process) {
    static_cast<void>(process.link()->flush());  // who cannot be written to is read from, to the end
    for (int i = 0; i < messagesAtOnce; ++i) {
        auto received = process.link()->receive(_buffer, false);
        if (!received) {
            return lose(process, received.error());
        }
        if (!*received) {
            return;
        }
        if (!handle(process, **std::move(received))) {
            return lose(process, Error(Code::invalid, "a message that does not belong here"));
        }
    }
}

void ProcessSlot::lose(PluginProcess& process, const Error& why) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(_mutex);
    if (why.code() == Code::unavailable) {
        process.lost(now);
    } else {
        process.terminate(Cause::fault, "its process was killed because it broke the protocol: " + why.text(), now);
    }
}

/// Its last words are heard, unless it is not believed any more; then its calls are answered.
void ProcessSlot::reap(PluginProcess& process) {
    const auto now = std::chrono::steady_clock::now();
    std::unique_lock lock(_mutex);
    const bool believed = !process.terminated();
    lock.unlock();
    if (believed) {
        receive(process);
    }
    const auto ending = process.ending();
    if (!ending) {
        return;
    }
    Outcomes outcomes;
    lock.lock();
    const auto verdict = process.judge(*ending);
    const auto calls = process.calls();
    _processes.remove_if([&process](const PluginProcess& each) { return &each == &process; });
    settle(verdict, {calls.begin(), calls.end()}, outcomes, now);
    lock.unlock();
    finish(std::move(outcomes));
}

/// Not even the system can end it.
void ProcessSlot::giveUp(PluginProcess& process) {
    base::log::error("plugin {}: its process cannot be killed and is left behind", _manifest.id);
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    _leftBehind = true;
    const auto calls = process.calls();
    _processes.remove_if([&process](const PluginProcess& each) { return &each == &process; });
    settle({Cause::fault, {}, "its process cannot be killed", true}, {calls.begin(), calls.end()}, outcomes,
           std::chrono::steady_clock::now());
    lock.unlock();
    finish(std::move(outcomes));
}

/// What the end of a process, or of the attempt to start one, means for the slot, for the calls in it and those that
/// wait.
void ProcessSlot::settle(const PluginProcess::Verdict& verdict, const hosting::Calls& inside, Outcomes& outcomes,
                         TimePoint now) {
    const bool refused = verdict.cause == Cause::refused;
    const hosting::Refusal why{refused ? verdict.code : "", verdict.text};
    const std::string text = why.line();
    for (const auto& call : inside) {
        outcomes.emplace_back(
            call, verdict.cause == Cause::asked
                      ? call->cancelOutcome()
                      : hosting::Outcome::failure(Code::internal, "plugin '" + _manifest.id + "': " + text));
    }
    _attempts += verdict.started ? 0 : 1;
    _changed.notify_all();
    if (verdict.cause == Cause::asked || _stopping) {
        return;
    }
    base::log::error("plugin {}: {}", _manifest.id, text);
    _wanted = _wanted && verdict.started;
    _reason = why;
    if (refused && !_proven) {
        fail(SlotState::failed, why, outcomes);
    } else if (_failures.add(now)) {
        fail(SlotState::quarantined, {{}, "failed too often; the last time " + text}, outcomes);
    }
}

void ProcessSlot::fail(SlotState verdict, hosting::Refusal reason, Outcomes& outcomes) {
    _verdict = verdict;
    _reason = std::move(reason);
    for (auto& call : std::exchange(_queue, {})) {
        outcomes.emplace_back(std::move(call), refused());
    }
}

void ProcessSlot::finish(Outcomes&& outcomes) {
    for (auto& [call, outcome] : outcomes) {
        call->finish(std::move(outcome));
    }
}

}  // namespace aip::plugins

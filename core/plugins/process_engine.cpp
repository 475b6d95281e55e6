#include "plugins/process_engine.h"

#include "base/json_text.h"
#include "base/log.h"
#include "plugins/sealed_library.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <string_view>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;
using Stage = PluginProcess::Stage;
using Cause = PluginProcess::Cause;
using std::chrono::milliseconds;

constexpr std::size_t longestLine = 8UL << 10U;
constexpr std::size_t longestError = 64UL << 10U;

/// A process that says much does not keep the others from being heard.
constexpr int messagesAtOnce = 64;

std::string readable(std::string_view text, std::size_t limit) {
    return base::excerpt(base::repairUtf8(text.substr(0, 2 * limit)), limit);
}

Code codeOf(std::int32_t value) {
    const bool known = (value > AIP_OK && value <= AIP_INTERNAL) || value >= AIP_PLUGIN_STATUS;
    return known ? static_cast<Code>(value) : Code::internal;
}

}  // namespace

void ProcessSlot::Engine::run() {
    while (tendAll()) {
        waitForEvents();
    }
}

/// Does what is due. False once there is nothing left to do.
bool ProcessSlot::Engine::tendAll() {
    std::unique_lock lock(_mutex);
    const auto now = std::chrono::steady_clock::now();
    for (auto process = _processes.begin(); process != _processes.end();) {
        PluginProcess& each = *process++;
        tend(each, now);
        if (each.condemned() && each.limit() <= now && !each.condemnAgain(now)) {
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

void ProcessSlot::Engine::tend(PluginProcess& process, TimePoint now) {
    const bool idle = process.stage() == Stage::ready && process.busy() == 0;
    if (_stopping && idle) {
        stopProcess(process, _stopLimit);
    } else if (_stopping && (process.stage() == Stage::starting || now >= _stopLimit)) {
        process.condemn(Cause::asked, {}, now);
    } else if (idle && _settings.process.idleTimeout > milliseconds(0) && _queue.empty() &&
               now >= process.idleSince() + _settings.process.idleTimeout) {
        base::log::debug("plugin {}: stopped, there was nothing to do", _manifest.id);
        stopProcess(process, now + _settings.process.stopTimeout);
    }
    if (process.condemned() || now < process.limit()) {
        return;
    }
    if (process.stage() == Stage::starting) {
        process.condemn(Cause::refused,
                        "did not start within " + std::to_string(_settings.startTimeout.count()) + " ms", now,
                        reason::startTimeout);
    } else if (process.stage() == Stage::stopping) {
        base::log::warn("plugin {}: does not stop, its process is killed", _manifest.id);
        process.condemn(Cause::asked, {}, now);
    } else {
        process.condemn(Cause::fault, "its process has closed its connection to the agent", now);
    }
}

void ProcessSlot::Engine::stopProcess(PluginProcess& process, TimePoint limit) {
    process.stopping(limit);
    static_cast<void>(process.link()->post(link::Stop{}));
}

ProcessSlot::Engine::TimePoint ProcessSlot::Engine::nextDeadline() const {
    const auto now = std::chrono::steady_clock::now();
    auto next = wantsProcess() ? _failures.retryAt() : TimePoint::max();
    for (const PluginProcess& process : _processes) {
        next = std::min({next, process.limit(), process.outputAt(now)});
        if (process.stage() != Stage::ready) {
            continue;
        }
        if (_stopping) {
            next = std::min(next, process.busy() == 0 ? now : _stopLimit);
        } else if (process.busy() == 0 && _settings.process.idleTimeout > milliseconds(0)) {
            next = std::min(next, process.idleSince() + _settings.process.idleTimeout);
        }
    }
    return next;
}

void ProcessSlot::Engine::waitForEvents() {
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
            bury(each);
        }
    }
}

std::variant<ChildProcess, Refusal> ProcessSlot::Engine::launch() {
    if (!_sealed) {
        auto sealed = sealLibrary(_library, _manifest);
        if (auto* refusal = std::get_if<Refusal>(&sealed)) {
            return std::move(*refusal);
        }
        _library = std::get<Descriptor>(std::move(sealed));
        _sealed = true;
    }
    const ProcessSettings& settings = _settings.process;
    auto child = ChildProcess::start({settings.runner, _manifest.id, allowedEnvironment(settings.environment)});
    if (!child) {
        return Refusal{reason::startFailed, child.error().text()};
    }
    return *std::move(child);
}

void ProcessSlot::Engine::spawn() {
    const auto now = std::chrono::steady_clock::now();
    auto launched = launch();
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    if (const auto* refusal = std::get_if<Refusal>(&launched)) {
        settle({Cause::refused, refusal->code, refusal->text}, {}, outcomes, now);
    } else {
        PluginProcess& process = _processes.emplace_back(std::get<ChildProcess>(std::move(launched)), _settings.log,
                                                         _placesPerProcess, now + _settings.startTimeout);
        const auto sent = process.link()->post(startMessage(_manifest, _settings, _description), _library);
        if (!sent && sent.error().code() != Code::unavailable) {
            process.condemn(Cause::refused, sent.error().text(), now, reason::startFailed);
        }
    }
    lock.unlock();
    finish(std::move(outcomes));
}

void ProcessSlot::Engine::receive(PluginProcess& process) {
    const auto flushed = process.link()->flush();
    for (int i = 0; i < messagesAtOnce; ++i) {
        auto received = process.link()->receive(_buffer, false);
        if (received && !*received) {
            return;
        }
        const bool fine = received && handle(process, **std::move(received));
        if (fine) {
            continue;
        }
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock(_mutex);
        if (!received && received.error().code() == Code::unavailable) {
            process.lost(now);
        } else {
            process.condemn(Cause::fault,
                            "its process was killed because it broke the protocol" +
                                (received ? std::string() : ": " + received.error().text()),
                            now);
        }
        return;
    }
}

/// False if it is not what a runner may say now.
bool ProcessSlot::Engine::handle(PluginProcess& process, Link::Received received) {
    if (auto* offer = std::get_if<link::Offer>(&received.message)) {
        return take(process, *offer, std::move(received.descriptor));
    }
    if (const auto* result = std::get_if<link::Result>(&received.message)) {
        return take(process, *result);
    }
    if (const auto* log = std::get_if<link::Log>(&received.message)) {
        return take(*log);
    }
    if (const auto* progress = std::get_if<link::Progress>(&received.message)) {
        return take(process, *progress);
    }
    if (const auto* started = std::get_if<link::Started>(&received.message)) {
        return take(process, *started);
    }
    if (const auto* refused = std::get_if<link::Refused>(&received.message)) {
        return take(process, *refused);
    }
    if (const auto* tools = std::get_if<link::Tools>(&received.message)) {
        return take(*tools);
    }
    return std::holds_alternative<link::Stopped>(received.message);
}

bool ProcessSlot::Engine::take(const link::Tools& message) {
    if (!_manifest.promises(AIP_EXT_DYNAMIC_TOOLS)) {
        return false;
    }
    _tools.take(message.json.text);
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Started& /*message*/) {
    Outcomes outcomes;
    std::vector<Delivery> deliveries;
    {
        const std::lock_guard lock(_mutex);
        if (process.stage() != Stage::starting) {
            return process.condemned();
        }
        process.started(std::chrono::steady_clock::now());
        _proven = true;
        _wanted = false;
        if (_verdict == SlotState::idle) {
            _reason.clear();
        }
        ++_attempts;
        while (auto delivery = nextFor(process, outcomes)) {
            deliveries.push_back(*std::move(delivery));
        }
    }
    _changed.notify_all();
    base::log::info("plugin {} {} started in a process of its own", _manifest.id, _manifest.version);
    std::ranges::for_each(deliveries, [this](const Delivery& delivery) { deliver(delivery); });
    finish(std::move(outcomes));
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Refused& message) {
    const std::lock_guard lock(_mutex);
    if (const auto refusal = refusalOf(message); refusal && process.stage() == Stage::starting) {
        process.condemn(Cause::refused, refusal->text, std::chrono::steady_clock::now(), refusal->code);
    }
    return process.condemned();
}

bool ProcessSlot::Engine::take(const link::Log& message) const {
    if (_settings.log) {
        _settings.log(std::clamp<int>(message.level, AIP_LOG_TRACE, AIP_LOG_ERROR),
                      readable(message.line, longestLine));
    }
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Progress& message) {
    std::unique_lock lock(_mutex);
    const auto call = process.at({message.place, message.number});
    lock.unlock();
    if (call) {
        call->reportProgress(std::min(message.permille, 1000U), readable(message.text, longestLine));
    }
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Result& message) {
    const auto now = std::chrono::steady_clock::now();
    std::optional<Delivery> next;
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    const auto call = process.release({message.place, message.number}, now);
    if (!call) {
        return true;  // it was abandoned meanwhile
    }
    if (perCall() && process.stage() == Stage::ready) {
        stopProcess(process, std::min(_stopLimit, now + _settings.process.stopTimeout));
    } else {
        next = nextFor(process, outcomes);
    }
    lock.unlock();
    if (next) {
        deliver(*next);
    }
    call->finish(checked(outcomeOf(message)));
    finish(std::move(outcomes));
    return true;
}

Outcome ProcessSlot::Engine::outcomeOf(const link::Result& message) const {
    const std::string_view text = message.text.text;
    if (message.code != AIP_OK) {
        return Outcome::failure(codeOf(message.code), readable(text, longestError));
    }
    if (text.size() > _settings.maxResultSize) {
        return Outcome::failure(Code::exhausted, "the result has " + std::to_string(text.size()) +
                                                     " bytes, the limit is " + std::to_string(_settings.maxResultSize));
    }
    std::string json;
    json.reserve(text.size() + base::jsonPadding);
    json = text;
    return Outcome::success(std::move(json));
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Offer& message, Descriptor content) {
    const auto done = passOn(process, message, std::move(content));
    const std::string_view text = done ? std::string_view() : done.error().text();
    static_cast<void>(process.link()->post(link::Answer{
        message.request, done ? AIP_OK : static_cast<std::int32_t>(done.error().code()), text.substr(0, longestLine)}));
    return true;
}

base::Result<void> ProcessSlot::Engine::passOn(PluginProcess& process, const link::Offer& message, Descriptor content) {
    std::unique_lock lock(_mutex);
    const auto call = process.find(message.callId);
    lock.unlock();
    if (!call || call->finished() || call->cancelled() || !_settings.artifacts) {
        return call && call->cancelled() ? Error(Code::cancelled, "its call is cancelled")
                                         : Error(Code::state, "its call is over");
    }
    Artifact artifact{std::move(content),
                      message.size,
                      std::string(message.name),
                      std::string(message.mimeType),
                      std::string(call->request().sessionId),
                      call->request().id};
    for (const auto& acceptable : {checkArtifact(artifact, _settings.artifacts->maxSize), checkContent(artifact)}) {
        if (!acceptable) {
            return acceptable;
        }
    }
    return _settings.artifacts->hand(std::move(artifact));
}

/// Its last words are heard, unless it is not believed any more; then its calls are answered.
void ProcessSlot::Engine::bury(PluginProcess& process) {
    const auto now = std::chrono::steady_clock::now();
    std::unique_lock lock(_mutex);
    const bool believed = !process.condemned();
    lock.unlock();
    if (believed) {
        receive(process);
    }
    const auto ending = process.ending(now);
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
void ProcessSlot::Engine::giveUp(PluginProcess& process) {
    base::log::error("plugin {}: its process cannot be killed and is left behind", _manifest.id);
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    _leftBehind = true;
    const auto calls = process.calls();
    _processes.remove_if([&process](const PluginProcess& each) { return &each == &process; });
    settle({Cause::fault, {}, "its process cannot be killed"}, {calls.begin(), calls.end()}, outcomes,
           std::chrono::steady_clock::now());
    lock.unlock();
    finish(std::move(outcomes));
}

/// What the end of a process, or of the attempt to start one, means for the slot, for the calls in it and those that
/// wait.
void ProcessSlot::Engine::settle(const PluginProcess::Verdict& verdict, const Calls& inside, Outcomes& outcomes,
                                 TimePoint now) {
    const bool refused = verdict.cause == Cause::refused;
    const std::string text = refused ? Refusal{verdict.code, verdict.text}.line() : verdict.text;
    for (const auto& call : inside) {
        outcomes.emplace_back(call, verdict.cause == Cause::asked
                                        ? call->cancelOutcome()
                                        : Outcome::failure(Code::internal, "plugin '" + _manifest.id + "': " + text));
    }
    ++_attempts;
    _changed.notify_all();
    if (verdict.cause == Cause::asked || _stopping) {
        return;
    }
    base::log::error("plugin {}: {}", _manifest.id, text);
    _wanted = false;
    _reason = text;
    if (refused && !_proven) {
        fail(SlotState::failed, text, outcomes);
    } else if (_failures.add(now)) {
        fail(SlotState::quarantined, "failed too often; the last time " + text, outcomes);
    }
}

void ProcessSlot::Engine::fail(SlotState verdict, std::string reason, Outcomes& outcomes) {
    _verdict = verdict;
    _reason = std::move(reason);
    for (auto& call : std::exchange(_queue, {})) {
        outcomes.emplace_back(std::move(call), refused());
    }
}

void ProcessSlot::Engine::finish(Outcomes outcomes) {
    for (auto& [call, outcome] : outcomes) {
        call->finish(std::move(outcome));
    }
}

}  // namespace aip::plugins

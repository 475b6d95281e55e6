#include "plugins/process_pool.h"

#include "base/log.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace aip::plugins {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool ProcessPool::any(Stage stage) const {
    return std::ranges::any_of(_processes, [stage](const Process& each) { return each.stages.stage() == stage; });
}

SlotState ProcessPool::state() const {
    if (!accepts()) {
        return _stopping ? SlotState::stopped : _verdict;
    }
    const bool works = _reason.text.empty();
    if (ready() || (_limits.perCall && _proven && works)) {
        return SlotState::running;
    }
    if (any(Stage::starting)) {
        return SlotState::starting;
    }
    return works ? SlotState::idle : SlotState::restarting;
}

SlotFigures ProcessPool::figures(TimePoint now) const {
    SlotFigures figures{.running = running().size(),
                        .places = _limits.processes * _limits.places,
                        .waiting = _queue.size(),
                        .failures = _restarts.failures(),
                        .restarts = _restarts.restarts()};
    if (const SlotState current = state(); current == SlotState::restarting || current == SlotState::quarantined) {
        figures.nextStart = std::max(std::chrono::ceil<milliseconds>(_restarts.retryAt() - now), milliseconds(0));
    }
    return figures;
}

hosting::Calls ProcessPool::running() const {
    hosting::Calls found;
    for (const Process& process : _processes) {
        std::ranges::copy(process.places.calls(), std::back_inserter(found));
    }
    return found;
}

hosting::Outcome ProcessPool::refused() const {
    return accepts() ? busy(_manifest, _queue.size()) : unavailable();
}

hosting::Outcome ProcessPool::unavailable() const {
    return refusal(_manifest, state(), _stopping ? "" : _reason.line());
}

ProcessPool::Effects ProcessPool::invoke(std::shared_ptr<hosting::Call> call) {
    Effects effects;
    if (call->cancelled()) {  // its cancelled() came before the pool knew it
        hosting::Outcome outcome = call->cancelOutcome();
        effects.outcomes.emplace_back(std::move(call), std::move(outcome));
        return effects;
    }
    const auto process =
        _queue.empty() && accepts() ? std::ranges::find_if(_processes, &Process::hasFreePlace) : _processes.end();
    if (process != _processes.end()) {
        const Ticket ticket = process->places.occupy(call);
        effects.delivery = Delivery{process->id, ticket, std::move(call)};
        _expecting = true;
        effects.wake = wantsAhead();
    } else if (accepts() && _queue.push(call)) {
        _expecting = true;
        effects.wake = wantsProcess();
    } else {
        effects.outcomes.emplace_back(std::move(call), refused());
    }
    return effects;
}

ProcessPool::Effects ProcessPool::refuseAll(const hosting::Refusal& why) {
    Effects effects;
    for (auto& call : _queue.drain()) {
        effects.outcomes.emplace_back(std::move(call), refusal(_manifest, state(), why.line()));
    }
    return effects;
}

ProcessPool::Process* ProcessPool::find(ProcessId process) {
    const auto found = std::ranges::find(_processes, process, &Process::id);
    return found == _processes.end() ? nullptr : &*found;
}

const ProcessPool::Process* ProcessPool::find(ProcessId process) const {
    const auto found = std::ranges::find(_processes, process, &Process::id);
    return found == _processes.end() ? nullptr : &*found;
}

ProcessPool::Delivery ProcessPool::find(const hosting::Call& call) const {
    for (const Process& process : _processes) {
        if (const auto ticket = process.places.find(call)) {
            return {process.id, *ticket, process.places.at(*ticket)};
        }
    }
    return {};
}

std::shared_ptr<hosting::Call> ProcessPool::find(ProcessId process, const Ticket& ticket) const {
    const Process* found = find(process);
    return found == nullptr ? nullptr : found->places.at(ticket);
}

std::shared_ptr<hosting::Call> ProcessPool::find(ProcessId process, std::string_view callId) const {
    const Process* found = find(process);
    return found == nullptr ? nullptr : found->places.find(callId);
}

bool ProcessPool::mayAnswer(ProcessId process, const Ticket& ticket) const {
    const Process* found = find(process);
    return found == nullptr || found->places.issued(ticket);
}

ProcessPool::Effects ProcessPool::abandon(const hosting::Call& call, TimePoint now) {
    _queue.takeOut(call);
    Effects effects;
    if (Process* process = find(find(call).process); process != nullptr) {
        process->places.abandon(call);
        endIfAbandoned(*process, now);
        effects.wake = process->stages.terminated();
    }
    return effects;
}

/// While the plugin stops its calls have a limit of their own.
void ProcessPool::endIfAbandoned(Process& process, TimePoint now) const {
    const auto call = process.places.anyAbandoned();
    const bool others = process.places.busy() > process.places.abandoned();
    if (!call || _stopping || process.stages.terminated() || (others && _limits.abandoned == Abandoned::endsLater)) {
        return;
    }
    process.stages.terminate(Cause::fault,
                             "its process was killed because '" + std::string(call->request().tool) +
                                 "' does not return, call " + call->request().id,
                             now);
}

ProcessPool::Effects ProcessPool::undelivered(const Delivery& delivery, const base::Error& why, TimePoint now) {
    Effects effects;
    if (Process* process = find(delivery.process); process != nullptr && process->places.release(delivery.ticket)) {
        process->idleSince = now;
        effects = nextFor(*process);
        effects.wake = process->leaves;
    }
    effects.outcomes.emplace(effects.outcomes.begin(), delivery.call,
                             hosting::Outcome::failure(why.code(), why.text()));
    return effects;
}

ProcessPool::Returned ProcessPool::returned(ProcessId id, const Ticket& ticket, TimePoint now) {
    Process* process = find(id);
    auto call = process == nullptr ? nullptr : process->places.release(ticket);
    if (!call) {
        return {};
    }
    process->idleSince = now;
    _served = true;
    if (_limits.perCall && process->stages.stage() == Stage::ready) {
        process->stages.stop(now, std::min(_stopLimit, now + _limits.stopTimeout));
        return {std::move(call), {}};
    }
    endIfAbandoned(*process, now);
    Effects effects = nextFor(*process);
    effects.wake = process->stages.terminated();
    return {std::move(call), std::move(effects)};
}

ProcessPool::Effects ProcessPool::nextFor(ProcessId process) {
    Process* found = find(process);
    return found == nullptr ? Effects{} : nextFor(*found);
}

ProcessPool::Effects ProcessPool::nextFor(Process& process) {
    Effects effects;
    if (!process.hasFreePlace()) {
        return effects;
    }
    if (auto call = _queue.popLive(effects.outcomes)) {
        const Ticket ticket = process.places.occupy(call);
        effects.delivery = Delivery{process.id, ticket, std::move(call)};
    }
    return effects;
}

ProcessId ProcessPool::launched(TimePoint now) {
    _restarts.launched();
    _processes.push_back({++_lastId, ProcessStages(now + _limits.startTimeout), CallPlaces(_limits.places)});
    return _lastId;
}

ProcessPool::Effects ProcessPool::launchFailed(const hosting::Refusal& why, TimePoint now) {
    return conclude({Cause::refused, why.code, why.text}, CallPlaces(0), now);
}

bool ProcessPool::reportConfinement(ProcessId id) {
    Process* process = find(id);
    return process != nullptr && process->stages.reportConfinement();
}

bool ProcessPool::crashed(ProcessId id, const std::string& where) {
    Process* process = find(id);
    const bool first = process != nullptr && process->stages.crashed(where);
    if (first && _stopping) {  // its end is not told then
        base::log::warn("plugin {}: has crashed while it was stopped: {}", _manifest.id, where);
    }
    return first;
}

std::optional<ProcessPool::Effects> ProcessPool::started(ProcessId id, TimePoint now) {
    Process* process = find(id);
    if (process == nullptr || process->stages.stage() != Stage::starting) {
        return std::nullopt;
    }
    process->stages.started();
    _restarts.started();
    if (const auto line = _shortage.over(now)) {
        base::log::info("plugin {}: {}", _manifest.id, *line);
    }
    process->idleSince = now;
    _proven = true;
    _wanted = false;
    if (_verdict == SlotState::idle) {
        _reason = {};
    }
    ++_attempts;
    Effects effects;
    effects.changed = true;
    return effects;
}

bool ProcessPool::refuse(ProcessId id, const hosting::Refusal& why, TimePoint now) {
    const bool starting = isStarting(id);
    if (starting) {
        find(id)->stages.terminate(Cause::refused, why.text, now, why.code);
    }
    return starting;
}

void ProcessPool::terminate(ProcessId id, std::string text, TimePoint now) {
    if (Process* process = find(id)) {
        process->stages.terminate(Cause::fault, std::move(text), now);
    }
}

bool ProcessPool::isStarting(ProcessId id) const {
    const Process* process = find(id);
    return process != nullptr && process->stages.stage() == Stage::starting;
}

bool ProcessPool::terminated(ProcessId id) const {
    const Process* process = find(id);
    return process != nullptr && process->stages.terminated();
}

void ProcessPool::lost(ProcessId id, TimePoint now) {
    if (Process* process = find(id)) {
        process->stages.lost(now);
    }
}

CallPlaces ProcessPool::remove(ProcessId id) {
    const auto process = std::ranges::find(_processes, id, &Process::id);
    auto inside = std::move(process->places);
    _processes.erase(process);
    return inside;
}

ProcessPool::Effects ProcessPool::ended(ProcessId id, const ProcessEnd& end, TimePoint now) {
    const Process* process = find(id);
    if (process == nullptr) {
        return {};
    }
    const auto verdict = process->stages.judge(end);
    return conclude(verdict, remove(id), now);
}

/// Draws the conclusions from the end of a process, or a failed launch, for its calls and for the plugin.
ProcessPool::Effects ProcessPool::conclude(const ProcessStages::Verdict& verdict, const CallPlaces& inside,
                                           TimePoint now) {
    const hosting::Refusal why{verdict.cause == Cause::refused ? verdict.code : "", verdict.text};
    Effects effects;
    effects.changed = true;
    for (const auto& call : inside.calls()) {
        effects.outcomes.emplace_back(
            call, verdict.cause == Cause::asked || inside.isAbandoned(*call)
                      ? call->cancelOutcome()
                      : hosting::Outcome::failure(Code::internal, "plugin '" + _manifest.id + "': " + why.line()));
    }
    _served = _served && (inside.busy() == 0 || verdict.cause == Cause::asked);
    _attempts += verdict.started ? 0 : 1;
    if (verdict.cause != Cause::asked && !_stopping) {
        blame(verdict, why, effects, now);
    }
    return effects;
}

void ProcessPool::blame(const ProcessStages::Verdict& verdict, const hosting::Refusal& why, Effects& effects,
                        TimePoint now) {
    _reason = why;
    if (verdict.cause == Cause::refused && why.code == hosting::reason::shortage) {
        _restarts.postpone(now);
        return reportShortage(why, nextTry(now), now);
    }
    _shortage = {};
    effects.failure = why.line();
    _wanted = _wanted && (verdict.started || _limits.triesAgain);
    if (verdict.cause == Cause::refused && !_proven && !_limits.triesAgain) {
        base::log::error("plugin {}: failed: {}; it is not tried again before a reload (SIGHUP)", _manifest.id,
                         why.line());
        close(SlotState::failed, why, effects.outcomes);
    } else if (!_proven && _limits.triesAgain) {
        _restarts.neverUp(now);
        base::log::error("plugin {}: {}; {}", _manifest.id, why.line(), nextTry(now));
    } else if (_restarts.add(now)) {
        close(SlotState::quarantined, {{}, "failed too often; the last time " + why.line()}, effects.outcomes);
        base::log::error("plugin {}: quarantined, its calls are refused; {}; it has failed too often, the last time {}",
                         _manifest.id, nextTry(now), why.line());
    } else {
        base::log::error("plugin {}: {}; {}", _manifest.id, why.line(), nextTry(now));
    }
}

void ProcessPool::reportShortage(const hosting::Refusal& why, const std::string& next, TimePoint now) {
    if (const auto line = _shortage.failed(now, why.line(), next)) {
        base::log::warn("plugin {}: {}", _manifest.id, *line);
    }
}

void ProcessPool::noThread(const hosting::Refusal& why, TimePoint now) {
    reportShortage(why, "next try with the next call", now);
}

/// "next try in 80 ms"; for people.
std::string ProcessPool::nextTry(TimePoint now) const {
    const auto wait = std::chrono::ceil<milliseconds>(_restarts.retryAt() - now);
    const bool byItself = _verdict == SlotState::quarantined || wantsProcess() || wantsAhead();
    return "next try " + std::string(byItself ? "" : "with the next call, ") + "in " +
           (wait < seconds(10) ? std::to_string(wait.count()) + " ms"
                               : std::to_string(std::chrono::ceil<seconds>(wait).count()) + " s") +
           (byItself ? "" : " at the earliest");
}

void ProcessPool::close(SlotState verdict, hosting::Refusal reason, Outcomes& outcomes) {
    _verdict = verdict;
    _reason = std::move(reason);
    std::ranges::move(refuseAll(_reason).outcomes, std::back_inserter(outcomes));
}

std::optional<std::uint64_t> ProcessPool::want() {
    if (!accepts() || ready()) {
        return std::nullopt;
    }
    _wanted = true;
    return _attempts;
}

hosting::Check ProcessPool::startResult() const {
    if (ready() && accepts()) {
        return {};
    }
    return startRefusal(state(), _reason);
}

bool ProcessPool::revive() {
    if (_stopping || (_verdict == SlotState::idle && state() != SlotState::restarting)) {
        return false;
    }
    _verdict = SlotState::idle;
    _reason = {};
    _restarts.clear();
    _shortage = {};
    return true;
}

std::optional<StoppedCalls> ProcessPool::stop(TimePoint limit) {
    if (_stopping) {
        return std::nullopt;
    }
    _stopping = true;
    _stopLimit = limit;
    return StoppedCalls{_queue.drain(), running()};
}

}  // namespace aip::plugins

#include "execution/invocation.h"

#include "base/json_text.h"
#include "base/log.h"
#include "execution/call_account.h"
#include "execution/ended_call.h"

#include <algorithm>
#include <new>
#include <utility>

namespace aip::execution {
namespace {

/// If there is no memory for the text, it stays empty.
hosting::Outcome failureOf(base::Code code, const char* why) {
    auto outcome = hosting::Outcome::failure(code, {});
    try {
        outcome.error = why;
    } catch (const std::bad_alloc&) {
        base::log::error("not enough memory for the reason of a failure");
    }
    return outcome;
}

/// The words of the schema check may show parameters, and names in them, which may be secrets.
std::string reasonForRecord(const InvocationResult& result) {
    const bool showsParameters =
        result.by == InvocationResult::By::schema && result.outcome.code == base::Code::invalid;
    return showsParameters ? "does not fit the schema" : result.outcome.error;
}

}  // namespace

void Invocation::start() {
    _started = _context.clock.now();
    if (prepare()) {
        call();
    } else {
        end();
    }
}

/// A step that throws, because there is no memory, has asked no tool.
bool Invocation::prepare() {
    try {
        const bool allowed = route() && admit() && check();
        if (!record(allowed) || !allowed) {
            return false;
        }
        makeCall();
        return true;
    } catch (const std::exception& failure) {
        _result.by = By::agent;
        _result.outcome = failureOf(base::Code::exhausted, failure.what());
        recordFailure();
        return false;
    }
}

bool Invocation::route() {
    if (_interrupted) {
        return refuse(By::agent, cancellation());
    }
    if (const auto may = _context.policy.mayBegin(); !may) {
        return refuse(By::policy, may.error());
    }
    const auto router = _context.router.current();
    const auto offer = router->offerFor(_request.caller);
    if (!offer) {
        return refuse(By::router, offer.error());
    }
    auto tool = router->route(**offer, _request.toolType, _request.tool, _request.nameSpace);
    if (!tool) {
        return refuse(By::router, tool.error());
    }
    {
        const std::lock_guard lock(_mutex);
        _tool = *std::move(tool);
    }
    _result.nameSpace = _tool->manifest.nameSpace;
    return true;
}

bool Invocation::admit() {
    auto admission = _context.policy.admit(_request.caller, *_tool, _request.parameters);
    if (!admission) {
        return refuse(By::policy, admission.error());
    }
    if (*admission) {
        _admitted = _context.clock.now();
        _permit = *std::move(admission);
    }
    return true;
}

bool Invocation::check() {
    const auto valid = _tool->schema.check(_request.parameters, _request.padding, &_interrupted);
    if (valid) {
        return true;
    }
    return _interrupted ? refuse(By::agent, cancellation()) : refuse(By::schema, valid.error());
}

bool Invocation::refuse(By by, const base::Error& why) {
    _result.by = by;
    _result.outcome = hosting::Outcome::failure(why.code(), why.text());
    return false;
}

audit::Asked Invocation::asked() const {
    auto asked = askedBy(_request.caller);
    asked.response = _request.responseId;
    asked.call = _request.callId;
    asked.tool = _request.tool;
    asked.parameters = _request.parameters;
    asked.owner = _request.owner;
    asked.ownerSize = _request.ownerSize;
    return asked;
}

/// False if there is no room for it.
bool Invocation::record(bool allowed) {
    audit::Decision decision;
    if (!allowed) {
        decision = {name(_result.by), _result.outcome.code, reasonForRecord(_result)};
    }
    auto begun = _context.trail.begin(asked(), _tool ? _tool->facts : nullptr, std::move(decision));
    if (!begun) {
        return refuse(By::agent, begun.error());
    }
    _record = *std::move(begun);
    return true;
}

/// Of a call for which there was no memory.
void Invocation::recordFailure() noexcept {
    try {
        if (!_record) {
            record(false);
        }
    } catch (const std::exception&) {
        _context.trail.unrecorded();
    }
}

void Invocation::makeCall() {
    const auto& manifest = _tool->manifest;
    hosting::Call::Request request{.kind = hosting::Call::Kind::execute,
                                   .id = nameOfCall(_entry.id(), _request.callId),
                                   .tool = _request.tool,
                                   .toolType = manifest.type == actionType ? actionType : dataCollectionType,
                                   .parameters = _request.parameters,
                                   .caller = _request.caller.forPlugins(),
                                   .owner = _request.owner,
                                   .deadline = _context.clock.now() + timeout()};
    base::log::debug("call {}: {}::{} of {}", request.id, manifest.type, manifest.name, _tool->slot->manifest().id);
    // Without a pointer of their own to this object: whoever has the call has that.
    auto done = [this](hosting::Outcome outcome) { called(std::move(outcome)); };
    auto progress = [this](const hosting::Call& call, std::uint32_t permille, std::string_view text) {
        progressed(call, permille, text);
    };
    _call.emplace(std::move(request), std::move(done), std::move(progress));
}

void Invocation::progressed(const hosting::Call& call, std::uint32_t permille, std::string_view text) {
    base::log::debug("call {}: {}.{} %", call.request().id, permille / 10, permille % 10);
    base::log::trace("call {}: {}", call.request().id, text);
    {
        const std::lock_guard lock(_mutex);
        _permille = permille;
        _progress = base::wholeCharacters(text, longestText);
    }
    if (_request.progress && !call.finished()) {
        _request.progress(permille, text);
    }
}

/// From here on the end of the call is the end of the invocation. The slot may have taken the call before it throws:
/// of two ends the first counts. After the end the dispatcher may be gone, with the context; the trail is not.
void Invocation::call() {
    audit::Trail& trail = _context.trail;
    const CallPtr call(shared_from_this(), &*_call);
    const Slot slot = _tool->slot;
    try {
        watch(call, slot);
        if (begin()) {
            slot->invoke(call);
        }
    } catch (const std::exception& failure) {
        call->finish(failureOf(base::Code::exhausted, failure.what()));
    }
    trail.wake();
}

/// From within begin() of the timer on the call may end at any time.
void Invocation::watch(const CallPtr& call, const Slot& slot) {
    const auto timer = _request.timer ? _request.timer : _context.makeTimer();
    _timer = timer;
    timer->begin(call, slot);
}

/// False if nobody is to ask the tool: the time was over at once, or the caller has cancelled meanwhile.
bool Invocation::begin() {
    std::unique_lock lock(_mutex);
    if (_stage == Stage::ended) {
        return false;
    }
    if (!_cancelled) {
        _stage = Stage::called;
        return true;
    }
    lock.unlock();
    _call->finish(failureOf(_cancelled->code(), _cancelled->text().c_str()));  // it is set only once
    return false;
}

void Invocation::called(hosting::Outcome outcome) {
    _result.by = By::tool;
    try {
        base::log::trace("call {}: {}", _call->request().id, outcome.error);
        const auto why = overruled();
        _result.outcome = why ? hosting::Outcome::failure(why->code(), why->text()) : limited(std::move(outcome));
    } catch (const std::exception& failure) {
        _result.outcome = failureOf(base::Code::exhausted, failure.what());
    }
    end();
}

hosting::Outcome Invocation::limited(hosting::Outcome outcome) const {
    const std::size_t size = outcome.json.size();
    if (size <= _request.limits.answer) {
        return outcome;
    }
    return hosting::Outcome::failure(base::Code::exhausted, "the result has " + std::to_string(size) +
                                                                " bytes; its caller takes at most " +
                                                                std::to_string(_request.limits.answer));
}

void Invocation::end() {
    const auto meter = _tool ? _tool->meter : nullptr;
    release();
    returnPermit();
    const auto duration = _context.clock.now() - _started;
    (meter ? *meter : _context.meters.unrouted())
        .ended(_result.outcome.code, _result.by == By::tool ? std::optional(duration) : std::nullopt);
    logEnded({_request, _result, _entry.id(), duration});
    recordEnd();
    const Done done = std::move(_done);
    done(std::move(_result));
}

/// Before the caller has the outcome: after that the owner of the slot may destroy it.
void Invocation::release() {
    _entry.leave();
    std::shared_ptr<const Tool> tool;
    {
        const std::lock_guard lock(_mutex);
        _stage = Stage::ended;
        tool = std::move(_tool);
    }
    if (const auto timer = std::exchange(_timer, nullptr)) {
        timer->end();
    }
}

void Invocation::returnPermit() {
    const auto permit = std::move(_permit);
    if (!permit) {
        return;
    }
    auto& outcome = _result.outcome;
    const std::size_t bytes = _result.by == By::tool ? outcome.json.size() + outcome.error.size() : 0;
    try {
        if (const auto taken = permit->ended({outcome.code, bytes, _context.clock.now() - _admitted}); !taken) {
            static_cast<void>(refuse(By::policy, taken.error()));
        }
    } catch (const std::exception& failure) {
        outcome = failureOf(base::Code::exhausted, failure.what());
    }
}

void Invocation::recordEnd() {
    if (const auto record = std::move(_record)) {
        record->ended({name(_result.by), _result.outcome.code, _result.outcome.json.size(),
                       _call ? _call->takeAccount() : std::string()});
    }
}

void Invocation::cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace) {
    std::shared_ptr<const Tool> tool;
    {
        const std::lock_guard lock(_mutex);
        if (!_cancelled) {
            _cancelled.emplace(reason, text);
        }
        _interrupted = true;
        if (_stage == Stage::called) {
            tool = _tool;
        }
    }
    if (tool) {
        _context.watchdog.cancel(CallPtr(shared_from_this(), &*_call), tool->slot, reason, text, grace);
    }
}

base::Error Invocation::cancellation() {
    const std::lock_guard lock(_mutex);
    return _cancelled.value();
}

void Invocation::stop(const base::Error& why, std::optional<std::chrono::milliseconds> grace) {
    {
        const std::lock_guard lock(_mutex);
        if (_overruled && (!grace || _hurried)) {
            return;
        }
        _overruled = _overruled.value_or(why);
        _hurried = grace.has_value();
    }
    cancel(why.code(), why.text(), grace);
}

std::optional<base::Error> Invocation::overruled() const {
    const std::lock_guard lock(_mutex);
    return _overruled;
}

std::optional<RunningCall> Invocation::describe() const {
    const auto& caller = _request.caller;
    RunningCall call{.callId = std::string(_request.callId),
                     .toolType = std::string(_request.toolType.value_or("")),
                     .tool = std::string(_request.tool),
                     .door = std::string(caller.door),
                     .session = std::string(caller.session),
                     .task = std::string(caller.task),
                     .agent = std::string(caller.agent)};
    const std::lock_guard lock(_mutex);
    if (_stage == Stage::ended) {
        return std::nullopt;
    }
    if (_tool) {
        call.toolType = _tool->manifest.type;
        call.nameSpace = _tool->manifest.nameSpace;
        call.plugin = _tool->slot->manifest().id;
    }
    call.state = state();
    call.permille = _permille;
    call.text = _progress;
    return call;
}

RunningCall::State Invocation::state() const {
    if (_cancelled) {
        return RunningCall::State::cancelling;
    }
    if (_stage == Stage::before) {
        return RunningCall::State::checking;
    }
    return _call->begun() ? RunningCall::State::running : RunningCall::State::queued;
}

std::chrono::milliseconds Invocation::timeout() const {
    const auto& ofTool = _tool->manifest.timeout;
    const auto usual = ofTool ? std::chrono::milliseconds(*ofTool) : _context.toolTimeout;
    return std::min(usual, _request.limits.timeout.value_or(usual));
}

}  // namespace aip::execution

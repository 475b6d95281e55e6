#include "execution/batch.h"

#include "base/log.h"
#include "execution/action_results.h"
#include "execution/list_tools.h"

#include <atomic>
#include <exception>
#include <limits>
#include <new>
#include <utility>

namespace aip::execution {
namespace {

/// What the thread that finishes a call may do for the batch, in bytes of parameters; an action counts as some, too.
constexpr std::size_t inlineAllowance = 16U << 10U;
constexpr std::size_t actionCost = 1U << 10U;
/// What a worker may do for it, beyond one action, before others have their turn. A small COMMAND costs less.
constexpr std::size_t turnAllowance = 128U << 10U;
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// If there is no memory for the text of the error, it stays empty.
void finishCall(hosting::Call& call, base::Code code, const char* why) {
    auto outcome = hosting::Outcome::failure(code, {});
    try {
        outcome.error = why;
    } catch (const std::bad_alloc&) {
        base::log::error("not enough memory for the reason of a failure");
    }
    call.finish(std::move(outcome));
}

}  // namespace

Batch::Batch(protocol::ServerMessagePtr command, ExecutionContext& context, Done done)
    : _command(std::move(command)),
      _context(context),
      _done(std::move(done)),
      _budget(*_command, context.maxAnswerSize) {
    _results.reserve(_command->actions.size());
}

void Batch::start() {
    takeTurn();
}

/// The first action of a turn may cost anything.
void Batch::takeTurn() {
    if (_results.size() == _command->actions.size() || guardedStep(current())) {
        advance(turnAllowance);
    }
}

void Batch::cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace) {
    Running running;
    {
        const std::lock_guard lock(_mutex);
        if (!_cancelled) {
            _cancelled.emplace(reason, text);
        }
        _stop = true;
        running = _running;
    }
    if (running.call) {
        _context.watchdog.cancel(running.call, running.slot, reason, text, grace);
    }
}

/// Runs actions until one is passed to a plugin; finished() continues from there. Beyond the allowance a worker does.
void Batch::advance(std::size_t allowance) {
    while (_results.size() < _command->actions.size()) {
        const std::size_t cost = actionCost + current().parameters.size();
        if (cost > allowance) {
            return advanceLater();
        }
        allowance -= cost;
        if (!guardedStep(current())) {
            return;
        }
    }
    _done(shared_from_this());
}

/// After the batch is handed to the worker, this thread must not touch it.
void Batch::advanceLater() {
    try {
        _context.workers.run([self = shared_from_this()] { self->takeTurn(); });
    } catch (const std::bad_alloc&) {
        advance(unlimited);  // here, rather than never
    }
}

/// A step that throws, because there is no memory, has not passed its action to a plugin.
bool Batch::guardedStep(const protocol::Action& action) {
    try {
        return step(action);
    } catch (const std::exception& failure) {
        return failAfter(failure);
    }
}

/// True if the action has its result, false if a plugin executes it.
bool Batch::step(const protocol::Action& action) {
    if (action.toolName.empty()) {
        _results.push_back(noActionTaken(action));
        return true;
    }
    if (_failed) {
        _results.push_back(skipped(action));
        return true;
    }
    return perform(action);
}

bool Batch::perform(const protocol::Action& action) {
    if (const auto cancelled = cancellation()) {
        return fail(action, cancelled->text());
    }
    const auto router = _context.router.current();
    const auto profile = router->profile(_command->agentName.value_or(""), _command->rootName.value_or(""));
    if (!profile) {
        return fail(action, profile.error().text());
    }
    if (action.toolName == listTools && isToolType(action.toolType.value_or(actionType))) {
        return answerListing(action, **profile);
    }
    auto routed = router->route(**profile, action.toolType, action.toolName);
    if (!routed) {
        return fail(action, routed.error().text());
    }
    const Tool& tool = **routed;
    if (const auto refusal = _context.policy.refusal(tool, action.parameters)) {
        return fail(action, "Refused by this device's policy: " + *refusal, tool.manifest.nameSpace);
    }
    // No copy needed: the parameters are a slice of a padded message.
    if (auto valid = tool.schema.check(action.parameters, base::Padding::present, &_stop); !valid) {
        if (const auto meanwhile = cancellation()) {
            return fail(action, meanwhile->text());
        }
        return fail(action, "Input validation error: " + valid.error().text(), tool.manifest.nameSpace);
    }
    return call(action, *std::move(routed));
}

bool Batch::answerListing(const protocol::Action& action, const Offer& offer) {
    const auto& offered = offer.namespaces(action.toolType.value_or(actionType));
    const auto nameSpace = offered.empty() ? std::nullopt : std::optional(offered.front());
    auto answer = answerListTools(offer, action.parameters);
    if (!answer) {
        return fail(action, "Input validation error: " + answer.error().text(), nameSpace);
    }
    record(succeeded(action, *std::move(answer), nameSpace));
    return true;
}

bool Batch::call(const protocol::Action& action, std::shared_ptr<const Tool> owned) {
    const Tool& tool = *owned;
    const auto slot = tool.slot;
    const std::chrono::milliseconds timeout =
        tool.manifest.timeout ? std::chrono::milliseconds(*tool.manifest.timeout) : _context.toolTimeout;
    hosting::Call::Request request{.kind = hosting::Call::Kind::execute,
                                   .id = callId(action),
                                   .tool = action.toolName,
                                   .toolType = tool.manifest.type == actionType ? actionType : dataCollectionType,
                                   .parameters = action.parameters,
                                   .sessionId = _command->sessionId.value_or(""),
                                   .owner = _command,
                                   .deadline = _context.clock.now() + timeout};
    base::log::debug("call {}: {}::{} of {}", request.id, tool.manifest.type, tool.manifest.name, slot->manifest().id);
    const std::uint64_t number = ++_calls;
    auto done = [self = shared_from_this(), number, owned = std::move(owned)](hosting::Outcome outcome) {
        self->finished(number, *owned, std::move(outcome));
    };
    const auto progress = [](const hosting::Call& call, std::uint32_t permille, std::string_view text) {
        base::log::debug("call {}: {}.{} %", call.request().id, permille / 10, permille % 10);
        base::log::trace("call {}: {}", call.request().id, text);
    };
    Running running{number, std::make_shared<hosting::Call>(std::move(request), std::move(done), progress), slot};
    watch(running);
    return begin(running);
}

/// All or nothing: a call that nobody has begun must not be finished by its watchdog.
void Batch::watch(Running& running) const {
    try {
        running.ticket = _context.watchdog.watch(running.call, running.slot);
        running.silence = _context.silence.watch(running.call, running.slot);
    } catch (...) {
        running.unwatch();
        throw;
    }
}

void Batch::Running::unwatch() const {
    ticket.drop();
    silence.drop();
}

bool Batch::begin(const Running& running) {
    bool cancelled = false;
    {
        const std::lock_guard lock(_mutex);
        cancelled = _cancelled.has_value();  // since perform() checked
        _running = running;
    }
    if (running.call->finished() && release(running.number).call) {
        return fail(current(), running.call->cancelOutcome().error);  // its time was over before it could begin
    }
    if (cancelled) {
        finishCall(*running.call, _cancelled->code(), _cancelled->text().c_str());  // it is set only once
    } else {
        invoke(running);
    }
    return false;
}

/// The slot may have taken the call before it throws; finishing the call answers the action once in any case.
void Batch::invoke(const Running& running) {
    try {
        running.slot->invoke(running.call);
    } catch (const std::exception& failure) {
        finishCall(*running.call, base::Code::exhausted, failure.what());
    }
}

/// A call that is not the running one was never begun: its action has its result.
void Batch::finished(std::uint64_t number, const Tool& tool, hosting::Outcome outcome) {
    if (conclude(number, tool, std::move(outcome))) {
        advance(inlineAllowance);
    }
}

bool Batch::conclude(std::uint64_t number, const Tool& tool, hosting::Outcome outcome) {
    const Running running = release(number);
    if (!running.call) {
        return false;
    }
    try {
        base::log::debug("call {}: {}", running.call->request().id, base::codeName(outcome.code));
        base::log::trace("call {}: {}", running.call->request().id, outcome.error);
        recordOutcome(tool, std::move(outcome));
    } catch (const std::exception& failure) {
        failAfter(failure);
    }
    return true;
}

void Batch::recordOutcome(const Tool& tool, hosting::Outcome outcome) {
    if (outcome.ok()) {
        record(succeeded(current(), std::move(outcome.json), tool.manifest.nameSpace));
    } else {
        fail(current(),
             "Error calling tool '" + tool.manifest.name + "': " + outcome.error + " (" + base::codeName(outcome.code) +
                 ")",
             tool.manifest.nameSpace);
    }
}

/// Adds the result of the current action. Its place is reserved, so adding is the one thing that cannot throw.
void Batch::record(protocol::ActionResult result) {
    _results.push_back(_budget.admit(std::move(result)));
    _failed = _failed || _results.back().status == protocol::ResultStatus::failure;
}

/// The call with this number, which runs no more; empty if it does not run. Released before the answer is sent: after
/// that the owner may destroy the slot.
Batch::Running Batch::release(std::uint64_t number) {
    Running running;
    {
        const std::lock_guard lock(_mutex);
        if (_running.number == number) {
            running = std::exchange(_running, {});
        }
    }
    running.unwatch();
    return running;
}

std::optional<base::Error> Batch::cancellation() {
    const std::lock_guard lock(_mutex);
    return _cancelled;
}

/// The server's call_id, made unique, because a server may use the same one twice.
std::string Batch::callId(const protocol::Action& action) const {
    static std::atomic<std::uint64_t> counter{0};
    return std::to_string(++counter) + ":" + std::string(action.callId.value_or("-"));
}

bool Batch::fail(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace) {
    record(failed(action, std::move(error), std::move(nameSpace)));
    return true;
}

/// If there is no memory for the text of the error either, it stays empty.
bool Batch::failAfter(const std::exception& failure) {
    try {
        return fail(current(), failure.what());
    } catch (const std::bad_alloc&) {
        _failed = true;
        _results.emplace_back().status = protocol::ResultStatus::failure;
        return true;
    }
}

}  // namespace aip::execution

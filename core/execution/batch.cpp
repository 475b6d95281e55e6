#include "execution/batch.h"

#include "base/log.h"
#include "execution/action_results.h"
#include "execution/list_tools.h"

#include <atomic>
#include <exception>
#include <utility>

namespace aip::execution {

Batch::Batch(protocol::ServerMessagePtr command, ExecutionContext& context, Done done)
    : _command(std::move(command)),
      _context(context),
      _done(std::move(done)),
      _budget(*_command, context.maxAnswerSize) {
    _results.reserve(_command->actions.size());
}

void Batch::start() {
    advance();
}

void Batch::cancel(base::Code reason, const std::string& text) {
    Running running;
    {
        const std::lock_guard lock(_mutex);
        if (!_cancelled) {
            _cancelled.emplace(reason, text);
        }
        running = _running;
    }
    if (running.call) {
        _context.watchdog.cancel(running.call, running.slot, reason, text);
    }
}

/// Runs actions until one is passed to a plugin; finished() continues from there.
void Batch::advance() {
    while (_results.size() < _command->actions.size()) {
        if (!guardedStep(current())) {
            return;
        }
    }
    _done(shared_from_this());
}

/// A step that throws, because there is no memory, has not passed its action to a plugin.
bool Batch::guardedStep(const protocol::Action& action) {
    try {
        return step(action);
    } catch (const std::exception& failure) {
        return fail(action, failure.what());
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
    if (auto valid = tool.schema.check(action.parameters, base::Padding::present); !valid) {
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
    auto done = [self = shared_from_this(), owned = std::move(owned)](hosting::Outcome outcome) {
        self->finished(*owned, std::move(outcome));
    };
    const auto progress = [](const hosting::Call& call, std::uint32_t permille, std::string_view text) {
        base::log::debug("call {}: {}.{} %", call.request().id, permille / 10, permille % 10);
        base::log::trace("call {}: {}", call.request().id, text);
    };
    auto call = std::make_shared<hosting::Call>(std::move(request), std::move(done), progress);
    return begin({call, slot, _context.watchdog.watch(call, slot), _context.silence.watch(call, slot)});
}

bool Batch::begin(const Running& running) {
    std::optional<base::Error> cancelled;
    {
        const std::lock_guard lock(_mutex);
        cancelled = _cancelled;  // cancelled since perform() checked
        _running = running;
    }
    if (cancelled) {
        running.call->finish(hosting::Outcome::failure(cancelled->code(), cancelled->text()));
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
        running.call->finish(hosting::Outcome::failure(base::Code::exhausted, failure.what()));
    }
}

void Batch::finished(const Tool& tool, hosting::Outcome outcome) {
    try {
        release(outcome);
        recordOutcome(tool, std::move(outcome));
    } catch (const std::exception& failure) {
        fail(current(), failure.what());
    }
    advance();
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

/// Releases the call and its slot before the answer is sent: after that the owner may destroy them.
void Batch::release(const hosting::Outcome& outcome) {
    Running running;
    {
        const std::lock_guard lock(_mutex);
        running = std::exchange(_running, {});
    }
    running.ticket.drop();
    running.silence.drop();
    base::log::debug("call {}: {}", running.call->request().id, base::codeName(outcome.code));
    base::log::trace("call {}: {}", running.call->request().id, outcome.error);
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

}  // namespace aip::execution

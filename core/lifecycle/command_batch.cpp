#include "lifecycle/command_batch.h"

#include "execution/ended_call.h"
#include "lifecycle/action_records.h"
#include "lifecycle/action_results.h"
#include "lifecycle/list_tools.h"

#include <algorithm>
#include <new>
#include <utility>

namespace aip::lifecycle {
namespace {

using execution::Dispatcher;
using execution::Invocation;

/// What an action counts as, beside the bytes of its parameters.
constexpr std::size_t actionCost = 1U << 10U;
/// What the thread that starts a batch may do for it, and that on which an invocation ends.
constexpr std::size_t startAllowance = Dispatcher::inlineSize + actionCost;
constexpr std::size_t inlineAllowance = 16U << 10U;
/// What a worker may do for it, beyond one action, before others have their turn.
constexpr std::size_t turnAllowance = 128U << 10U;

bool isListing(const protocol::Action& action) {
    return action.toolName == listTools && execution::isToolType(action.toolType.value_or(execution::actionType));
}

/// Of what the agent does itself, also if that throws.
struct SecondRecord {
    explicit SecondRecord(std::shared_ptr<audit::OpenCall> begun) : call(std::move(begun)) {}
    ~SecondRecord() {
        if (call) {
            call->ended(std::move(end));
        }
    }
    SecondRecord(const SecondRecord&) = delete;
    SecondRecord& operator=(const SecondRecord&) = delete;

    const std::shared_ptr<audit::OpenCall> call;
    audit::CallEnd end{.by = "agent", .code = base::Code::exhausted};
};

}  // namespace

CommandBatch::CommandBatch(protocol::ServerMessagePtr command, Dispatcher& dispatcher, std::size_t maxAnswer,
                           std::shared_ptr<base::ByteBudget> kept, Done done)
    : _command(std::move(command)),
      _dispatcher(dispatcher),
      _done(std::move(done)),
      _budget(*_command, maxAnswer, std::move(kept)),
      _timer(dispatcher.timerOfBatch()) {
    _results.reserve(_command->actions.size());
}

void CommandBatch::start() {
    advance(startAllowance);
}

/// The first action of a turn may cost anything.
void CommandBatch::takeTurn() {
    _dispatcher.trail().awaitRoom();
    if (_results.size() == _command->actions.size() || guardedStep(current())) {
        advance(afterResult(turnAllowance));
    }
}

/// What is left of it after the latest result, which may be a large list of tools.
std::size_t CommandBatch::afterResult(std::size_t allowance) const {
    return allowance - std::min(allowance, _results.empty() ? 0 : _results.back().result.size());
}

/// What runs, if anything.
CommandBatch::InvocationPtr CommandBatch::cancelWith(base::Code reason, const std::string& text) {
    const std::lock_guard lock(_mutex);
    if (!_cancelled) {
        _cancelled.emplace(reason, text);
    }
    return _running;
}

void CommandBatch::cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace) {
    if (const auto running = cancelWith(reason, text)) {
        running->cancel(reason, text, grace);
    }
}

void CommandBatch::stop(const base::Error& why, std::optional<std::chrono::milliseconds> grace) {
    if (const auto running = cancelWith(why.code(), why.text())) {
        running->stop(why, grace);
    }
}

std::optional<execution::RunningCall> CommandBatch::describe() const {
    if (_command->actions.empty() || hasBegun()) {
        return std::nullopt;
    }
    const auto& first = _command->actions.front();
    const auto who = caller();
    return execution::RunningCall{.callId = std::string(first.callId.value_or("")),
                                  .toolType = std::string(first.toolType.value_or("")),
                                  .tool = std::string(first.toolName),
                                  .door = std::string(who.door),
                                  .session = std::string(who.session),
                                  .task = std::string(who.task),
                                  .agent = std::string(who.agent)};
}

bool CommandBatch::hasBegun() const {
    const std::lock_guard lock(_mutex);
    return _running != nullptr;
}

/// Runs actions until one is passed to its tool; finished() continues from there. A worker does beyond the allowance,
/// and where the record of an action may have to wait for room.
void CommandBatch::advance(std::size_t allowance) {
    while (_results.size() < _command->actions.size()) {
        const std::size_t cost = costOf(current());
        if (cost > allowance || (!_failed && _dispatcher.trail().isCrowded())) {
            return advanceLater();
        }
        if (!guardedStep(current())) {
            return;
        }
        allowance = afterResult(allowance - cost);
    }
    recordSkipped(_dispatcher.trail(), *_command, _skipped);
    recordUnnamed(_dispatcher.trail(), *_command, _unnamed);
    _entry.leave();
    _done(shared_from_this());
}

/// After the batch is handed to the worker, this thread must not touch it.
void CommandBatch::advanceLater() {
    _dispatcher.runOnWorker([self = shared_from_this()] { self->takeTurn(); });
}

std::size_t CommandBatch::costOf(const protocol::Action& action) const {
    return actionCost + (_failed ? 0 : action.parameters.size());
}

/// A step that throws, because there is no memory, has not started an invocation.
bool CommandBatch::guardedStep(const protocol::Action& action) {
    try {
        return step(action);
    } catch (const std::exception& failure) {
        _dispatcher.trail().unrecorded();
        return failAfter(failure);
    }
}

/// True if the action has its result, false if it is passed on.
bool CommandBatch::step(const protocol::Action& action) {
    if (action.toolName.empty()) {
        _results.push_back(noActionTaken(action));
        ++_unnamed;
        return true;
    }
    if (_failed) {
        _results.push_back(skipped(action));
        ++_skipped;
        return true;
    }
    return isListing(action) ? answerListing(action) : perform(action);
}

bool CommandBatch::answerListing(const protocol::Action& action) {
    const auto open = beginListing(_dispatcher, _command, action);
    if (!open) {
        return fail(action, open.error().text());
    }
    SecondRecord ending{*open};
    auto result = listing(action);
    ending.end = {execution::name(result.by), result.outcome.code, result.outcome.json.size()};
    record(resultOf(action, std::move(result)));
    return true;
}

execution::InvocationResult CommandBatch::listing(const protocol::Action& action) {
    using By = execution::InvocationResult::By;
    const auto failure = [](By by, const base::Error& why) {
        return execution::InvocationResult{by, hosting::Outcome::failure(why.code(), why.text())};
    };
    if (const auto cancelled = cancellation()) {
        return failure(By::agent, *cancelled);
    }
    const auto router = _dispatcher.router().current();
    const auto offer = router->offerFor(caller());
    if (!offer) {
        return failure(By::router, offer.error());
    }
    auto answer = answerListTools(**offer, action.parameters);
    auto result = answer ? execution::InvocationResult{By::agent, hosting::Outcome::success(*std::move(answer))}
                         : failure(By::schema, answer.error());
    const auto& offered = (*offer)->namespaces(action.toolType.value_or(execution::actionType));
    result.nameSpace = offered.empty() ? std::nullopt : std::optional(offered.front());
    return result;
}

/// One that is cancelled before has its records, too: it ends at once.
bool CommandBatch::perform(const protocol::Action& action) {
    const auto invocation = invocationOf(action);
    if (const auto cancelled = goOnWith(invocation)) {
        invocation->cancel(cancelled->code(), cancelled->text());
    }
    invocation->start();
    return false;
}

CommandBatch::InvocationPtr CommandBatch::invocationOf(const protocol::Action& action) {
    return _dispatcher.prepare(
        {.caller = caller(),
         .toolType = action.toolType,
         .tool = action.toolName,
         .parameters = action.parameters,
         .padding = base::Padding::present,  // a slice of a padded message
         .callId = action.callId.value_or(""),
         .responseId = _command->responseId.value_or(""),
         .owner = _command,
         .ownerSize = _command->text.size(),
         .timer = _timer},
        [self = shared_from_this()](execution::InvocationResult result) { self->finished(std::move(result)); });
}

void CommandBatch::finished(execution::InvocationResult result) {
    try {
        record(resultOf(current(), std::move(result)));
    } catch (const std::exception& failure) {
        failAfter(failure);
    }
    advance(inlineAllowance);
}

/// Adds the result of the current action. Its place is reserved, so adding is the one thing that cannot throw.
void CommandBatch::record(protocol::ActionResult result) {
    _results.push_back(_budget.admit(std::move(result)));
    _failed = _failed || _results.back().status == protocol::ResultStatus::failure;
}

std::optional<base::Error> CommandBatch::cancellation() {
    const std::lock_guard lock(_mutex);
    return _cancelled;
}

/// With the reason if the batch is cancelled.
std::optional<base::Error> CommandBatch::goOnWith(InvocationPtr next) {
    const std::lock_guard lock(_mutex);
    _running.swap(next);  // `next` destroys the old one after the unlock
    return _cancelled;
}

bool CommandBatch::fail(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace) {
    record(failed(action, std::move(error), std::move(nameSpace)));
    return true;
}

/// If there is no memory for the text of the error either, it stays empty.
bool CommandBatch::failAfter(const std::exception& failure) {
    try {
        return fail(current(), failure.what());
    } catch (const std::bad_alloc&) {
        _failed = true;
        _results.emplace_back().status = protocol::ResultStatus::failure;
        return true;
    }
}

}  // namespace aip::lifecycle

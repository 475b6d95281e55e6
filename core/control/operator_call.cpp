#include "control/operator_call.h"

#include "base/guarded.h"
#include "base/json_object.h"
#include "execution/call_account.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using execution::InvocationResult;

constexpr std::chrono::milliseconds lookInterval{250};

/// What the views of the invocation point to.
struct Input {
    std::string tool;
    std::string type;
    std::string parameters;
    std::string peer;
};

using InputPtr = std::shared_ptr<const Input>;

InputPtr inputOf(Request request) {
    return std::make_shared<const Input>(Input{request.value("tool"), request.value("type"),
                                               request.body.empty() ? "{}" : std::move(request.body),
                                               request.peer.text()});
}

constexpr std::size_t freeResult = 64UL << 10U;
constexpr std::size_t roomForHead = 2'048;  ///< of an answer, and for what it has beside the result

/// How a call has ended.
class Ending {
  public:
    explicit Ending(std::shared_ptr<base::ByteBudget> results)
        : _share(std::make_shared<base::ByteBudget::Share>(std::move(results))) {}

    /// A result without a share is not kept.
    void end(InvocationResult result) {
        const std::size_t size = result.outcome.json.size();
        if (!_share->grow(size - std::min(size, freeResult))) {
            result.outcome = hosting::Outcome::failure(
                Code::exhausted, "the result has " + std::to_string(size) +
                                     " bytes; those of other calls of operators leave no room for it");
        }
        _result.with([&](auto& held) { held = std::move(result); });
        _result.notify();
    }

    /// Waits for a while.
    bool hasCome() {
        const auto there = [](const auto& result) { return result.has_value(); };
        return _result.waitUntil(std::chrono::steady_clock::now() + lookInterval, there, there);
    }

    // Once it has come, each once.

    InvocationResult take() {
        return _result.with([](auto& result) { return *std::move(result); });
    }
    std::shared_ptr<const void> takeShare() { return std::move(_share); }

  private:
    std::shared_ptr<base::ByteBudget::Share> _share;
    base::Guarded<std::optional<InvocationResult>> _result;
};

execution::Caller callerOf(const Input& input) {
    return {.process = input.peer,
            .session = input.peer,
            .door = "control",
            .peer = input.peer,
            .profile = execution::everyNamespace,
            .takesFiles = false};
}

execution::Invocation::Request requestOf(const InputPtr& input, std::size_t longest) {
    return {.caller = callerOf(*input),
            .toolType = input->type.empty() ? std::nullopt : std::optional<std::string_view>(input->type),
            .tool = input->tool,
            .parameters = input->parameters,
            .owner = input,
            .limits = {.answer = longest}};
}

Reply refuse(execution::Dispatcher& dispatcher, const InputPtr& input, const Error& why) {
    auto call = execution::askedBy(callerOf(*input));
    call.tool = input->tool;
    call.parameters = input->parameters;
    call.owner = input;
    execution::recordRefusal(dispatcher.trail(), call, why);
    return failure(why);
}

/// The result is gone when its answer is there.
Reply replyTo(InvocationResult result, std::shared_ptr<const void> share) {
    const auto& outcome = result.outcome;
    if (!outcome.ok()) {
        return failure(Error(outcome.code, outcome.error));
    }
    const std::string_view json = outcome.json.empty() ? std::string_view("null") : std::string_view(outcome.json);
    std::string room;
    room.reserve(json.size() + roomForHead);
    base::JsonObject body(std::move(room));
    body.textIfAny("namespace", result.nameSpace.value_or("")).raw("result", json);
    return {.body = body.take(), .share = std::move(share)};
}

}  // namespace

Reply callTool(execution::Dispatcher& dispatcher, Request request, const ResultLimits& limits,
               const std::function<bool()>& gone) {
    const auto input = inputOf(std::move(request));
    const auto place = dispatcher.takePlace();
    if (!place) {
        return refuse(dispatcher, input, place.error());
    }
    const auto ending = std::make_shared<Ending>(limits.all);
    const auto invocation = dispatcher.prepare(requestOf(input, limits.longest),
                                               [ending](InvocationResult result) { ending->end(std::move(result)); });
    dispatcher.start(invocation);
    while (!ending->hasCome()) {
        if (gone()) {
            invocation->cancel(Code::cancelled, "the operator has gone");
        }
    }
    auto result = ending->take();
    dispatcher.heap().carried(input->parameters.size() + result.outcome.json.size());
    return replyTo(std::move(result), ending->takeShare());
}

Reply refuseCall(execution::Dispatcher& dispatcher, Request request, const Error& why) {
    return refuse(dispatcher, inputOf(std::move(request)), why);
}

}  // namespace aip::control

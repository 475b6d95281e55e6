#include "control/operator_call.h"

#include "base/guarded.h"
#include "base/json_object.h"
#include "execution/call_account.h"

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

using Ending = base::Guarded<std::optional<InvocationResult>>;

execution::Caller callerOf(const Input& input) {
    return {.process = input.peer,
            .session = input.peer,
            .door = "control",
            .peer = input.peer,
            .profile = execution::everyNamespace,
            .takesFiles = false};
}

execution::Invocation::Request requestOf(const InputPtr& input, std::size_t longestAnswer) {
    return {.caller = callerOf(*input),
            .toolType = input->type.empty() ? std::nullopt : std::optional<std::string_view>(input->type),
            .tool = input->tool,
            .parameters = input->parameters,
            .owner = input,
            .limits = {.answer = longestAnswer}};
}

Reply refuse(execution::Dispatcher& dispatcher, const InputPtr& input, const Error& why) {
    auto call = execution::askedBy(callerOf(*input));
    call.tool = input->tool;
    call.parameters = input->parameters;
    call.owner = input;
    execution::recordRefusal(dispatcher.trail(), call, why);
    return failure(why);
}

Reply replyTo(const InvocationResult& result) {
    const auto& outcome = result.outcome;
    if (!outcome.ok()) {
        return failure(Error(outcome.code, outcome.error));
    }
    const std::string_view json = outcome.json.empty() ? std::string_view("null") : std::string_view(outcome.json);
    return {200, base::JsonObject().textIfAny("namespace", result.nameSpace.value_or("")).raw("result", json).take()};
}

bool ended(Ending& ending) {
    const auto there = [](const auto& result) { return result.has_value(); };
    return ending.waitUntil(std::chrono::steady_clock::now() + lookInterval, there, there);
}

}  // namespace

Reply callTool(execution::Dispatcher& dispatcher, Request request, std::size_t longestAnswer,
               const std::function<bool()>& gone) {
    const auto input = inputOf(std::move(request));
    const auto place = dispatcher.takePlace();
    if (!place) {
        return refuse(dispatcher, input, place.error());
    }
    const auto ending = std::make_shared<Ending>();
    const auto invocation = dispatcher.prepare(requestOf(input, longestAnswer), [ending](InvocationResult result) {
        ending->with([&](auto& held) { held = std::move(result); });
        ending->notify();
    });
    dispatcher.start(invocation);
    while (!ended(*ending)) {
        if (gone()) {
            invocation->cancel(Code::cancelled, "the operator has gone");
        }
    }
    return ending->with([](const auto& result) { return replyTo(*result); });
}

Reply refuseCall(execution::Dispatcher& dispatcher, Request request, const Error& why) {
    return refuse(dispatcher, inputOf(std::move(request)), why);
}

}  // namespace aip::control

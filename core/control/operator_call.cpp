#include "control/operator_call.h"

#include "base/guarded.h"
#include "base/json_object.h"

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

using Ending = base::Guarded<std::optional<InvocationResult>>;

execution::Invocation::Request requestOf(const std::shared_ptr<const Input>& input, std::size_t longestAnswer) {
    return {.caller = {.process = input->peer,
                       .session = input->peer,
                       .door = "control",
                       .peer = input->peer,
                       .profile = execution::everyNamespace,
                       .takesFiles = false},
            .toolType = input->type.empty() ? std::nullopt : std::optional<std::string_view>(input->type),
            .tool = input->tool,
            .parameters = input->parameters,
            .owner = input,
            .limits = {.answer = longestAnswer}};
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
    const auto place = dispatcher.takePlace();
    if (!place) {
        return failure(place.error());
    }
    const auto input = std::make_shared<const Input>(Input{request.value("tool"), request.value("type"),
                                                           request.body.empty() ? "{}" : std::move(request.body),
                                                           request.peer.text()});
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

}  // namespace aip::control

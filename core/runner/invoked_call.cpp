#include "runner/invoked_call.h"

#include <chrono>
#include <utility>

namespace aip::runner {
namespace {

using hosting::Call;
using hosting::Caller;

struct Texts {
    std::string tool;
    std::string toolType;
    std::string parameters;
    std::string agent;
    std::string root;
    std::string process;
    std::string session;
    std::string task;
};

std::shared_ptr<const Texts> textsOf(const link::Invoke& invoke, std::string parameters) {
    return std::make_shared<const Texts>(Texts{
        std::string(invoke.tool), std::string(invoke.toolType), std::move(parameters), std::string(invoke.agent),
        std::string(invoke.root), std::string(invoke.process), std::string(invoke.session), std::string(invoke.task)});
}

Caller callerOf(const Texts& texts, std::uint64_t taskNumber) {
    Caller caller{texts.agent, texts.root, texts.process, texts.session, texts.task};
    if (taskNumber != 0) {
        caller.running = std::make_shared<const hosting::Task>(hosting::Task{taskNumber, texts.session, texts.task});
    }
    return caller;
}

}  // namespace

std::shared_ptr<Call> callOf(const link::Invoke& invoke, std::string parameters, Call::Progress progress) {
    const auto texts = textsOf(invoke, std::move(parameters));
    Call::Request request;
    request.kind = static_cast<Call::Kind>(invoke.kind);
    request.id = invoke.callId;
    request.tool = texts->tool;
    request.toolType = texts->toolType;
    request.parameters = texts->parameters;
    request.caller = callerOf(*texts, invoke.taskNumber);
    request.owner = texts;
    request.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(invoke.remainingMs);
    return std::make_shared<Call>(std::move(request), Call::Completion(), std::move(progress));
}

}  // namespace aip::runner

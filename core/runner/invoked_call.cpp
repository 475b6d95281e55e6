#include "runner/invoked_call.h"

#include <chrono>
#include <utility>

namespace aip::runner {
namespace {

struct Texts {
    std::string tool;
    std::string toolType;
    std::string parameters;
};

}  // namespace

std::shared_ptr<hosting::Call> callOf(const link::Invoke& invoke, std::string parameters,
                                      hosting::Call::Progress progress) {
    using hosting::Call;
    const auto texts = std::make_shared<const Texts>(
        Texts{std::string(invoke.tool), std::string(invoke.toolType), std::move(parameters)});
    Call::Request request;
    request.kind = invoke.kind == 0 ? Call::Kind::execute : Call::Kind::collect;
    request.id = invoke.callId;
    request.tool = texts->tool;
    request.toolType = texts->toolType;
    request.parameters = texts->parameters;
    request.owner = texts;
    request.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(invoke.remainingMs);
    return std::make_shared<Call>(std::move(request), Call::Completion(), std::move(progress));
}

}  // namespace aip::runner

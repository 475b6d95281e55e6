#include "execution/ended_call.h"

#include "base/log.h"

#include <chrono>
#include <exception>

namespace aip::execution {
namespace {

void writeEnded(const EndedCall& call) {
    const Caller& caller = call.request.caller;
    const auto& outcome = call.result.outcome;
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(call.duration).count();
    base::log::lineWith(base::log::Level::debug,
                        {{"kind", "ended"},
                         {"door", caller.door},
                         {"session", caller.session},
                         {"task", caller.task},
                         {"response", call.request.responseId},
                         {"call", call.request.callId},
                         {"tool", call.request.tool},
                         {"namespace", call.result.nameSpace ? std::string_view(*call.result.nameSpace) : ""},
                         {"code", base::codeName(outcome.code)},
                         {"by", name(call.result.by)},
                         {"duration_us", static_cast<std::uint64_t>(time)},
                         {"bytes", outcome.json.size()}},
                        "call {}: {} of {}: {} by the {} in {:.3f} ms, {} bytes",
                        nameOfCall(call.id, call.request.callId), call.request.tool,
                        caller.door.empty() ? "-" : caller.door, base::codeName(outcome.code), name(call.result.by),
                        static_cast<double>(time) / 1e3, outcome.json.size());
}

}  // namespace

std::string_view name(InvocationResult::By by) {
    using By = InvocationResult::By;
    switch (by) {
        case By::agent:
            return "agent";
        case By::router:
            return "router";
        case By::policy:
            return "policy";
        case By::schema:
            return "schema";
        case By::tool:
            return "tool";
    }
    return {};
}

std::string nameOfCall(RunningCalls::Id id, std::string_view callId) {
    return std::to_string(id) + ":" + std::string(callId.empty() ? "-" : callId);
}

void logEnded(const EndedCall& call) noexcept {
    try {
        if (base::log::enabled(base::log::Level::debug)) {
            writeEnded(call);
        }
    } catch (const std::exception&) {
        base::log::error("not enough memory for the line of a call");
    }
}

}  // namespace aip::execution

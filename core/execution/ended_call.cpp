#include "execution/ended_call.h"

#include "base/log.h"

#include <chrono>

namespace aip::execution {

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

void logEnded(const EndedCall& call) {
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
                        "call {}: {} of {}: {} by the {} in {:.3f} ms, {} bytes", call.id, call.request.tool,
                        caller.door.empty() ? "-" : caller.door, base::codeName(outcome.code), name(call.result.by),
                        static_cast<double>(time) / 1e3, outcome.json.size());
}

}  // namespace aip::execution

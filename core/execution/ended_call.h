#pragma once

#include "base/clock.h"
#include "execution/invocation.h"

#include <string>
#include <string_view>

namespace aip::execution {

/// "agent", "router", "policy", ...
std::string_view name(InvocationResult::By by);

/// "17:CALL_ID": the caller's id, made unique, because a caller may use the same one twice.
std::string nameOfCall(RunningCalls::Id id, std::string_view callId);

/// A call that has ended. Views.
struct EndedCall {
    const Invocation::Request& request;
    const InvocationResult& result;
    RunningCalls::Id id;
    base::Clock::Duration duration{};
};

/// One line at debug: who has asked for what, how it ended, how long it took. No payload, no text of a plugin. Without
/// memory there is no line.
void logEnded(const EndedCall& call) noexcept;

}  // namespace aip::execution

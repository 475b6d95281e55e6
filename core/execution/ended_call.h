#pragma once

#include "base/clock.h"
#include "execution/invocation.h"

#include <string>
#include <string_view>

namespace aip::execution {

/// "agent", "router", "policy", ...
std::string_view name(InvocationResult::By by);

/// A call that has ended. Views.
struct EndedCall {
    const Invocation::Request& request;
    const InvocationResult& result;
    std::string_view id;  ///< of the log
    base::Clock::Duration duration{};
};

/// One line at debug: who has asked for what, how it ended, how long it took. No payload, no text of a plugin.
void logEnded(const EndedCall& call);

}  // namespace aip::execution

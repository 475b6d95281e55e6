#include "execution/call_account.h"

#include <exception>

namespace aip::execution {
namespace {

/// As InvocationResult::By::agent is called.
constexpr std::string_view byAgent = "agent";

}  // namespace

audit::Asked askedBy(const Caller& caller) {
    return {.door = caller.door,
            .peer = caller.peer,
            .session = caller.session,
            .task = caller.task,
            .agent = caller.agent,
            .root = caller.root};
}

void recordRefusal(audit::Trail& trail, const audit::Asked& asked, const base::Error& why) noexcept {
    try {
        const auto open = trail.begin(asked, nullptr, {byAgent, why.code(), why.text()});
        if (open && *open) {
            (*open)->ended({byAgent, why.code()});
        }
    } catch (const std::exception&) {
        trail.unrecorded();
    }
}

}  // namespace aip::execution

#pragma once

#include "base/guarded.h"
#include "execution/dispatcher.h"
#include "tests/support/comes_true.h"
#include "tests/support/fake_slot.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::tests {

using Slots = std::vector<std::shared_ptr<plugins::Slot>>;

inline execution::Policy& allowAll() {
    static execution::AllowAll policy;
    return policy;
}

/// The execution room, wired: a router over fake slots (or any other router), policy, timers, dispatcher.
class ExecutionHarness {
    std::optional<execution::LiveRouter> _own;

  public:
    explicit ExecutionHarness(const Slots& slots, execution::DispatcherSettings settings = {},
                              execution::Policy& policy = allowAll(), audit::Trail& trail = audit::noTrail())
        : _own(std::in_place, std::vector<execution::Profile>{{"LinuxAgent", "default", {"BashExecutor"}, {}}},
               execution::ToolTable::build(slots)),
          dispatcher(*_own, policy, calls, timers, clock, settings, trail) {}
    explicit ExecutionHarness(const execution::LiveRouter& router, audit::Trail& trail = audit::noTrail())
        : dispatcher(router, allowAll(), calls, timers, clock, execution::DispatcherSettings{}, trail) {}

    base::SystemClock clock;
    execution::RunningCalls calls{clock};
    base::TimerQueue timers;
    execution::Dispatcher dispatcher;
};

/// A request of `session`, with texts of its own.
inline execution::Invocation::Request requestOf(const std::string& tool, const std::string& parameters = "{}",
                                                const std::string& session = "s",
                                                const std::string& agent = "LinuxAgent") {
    struct Texts {
        std::string tool, parameters, session, agent;
    };
    const auto texts = std::make_shared<const Texts>(Texts{tool, parameters, session, agent});
    return {.caller = {.agent = texts->agent, .session = texts->session, .door = "test"},
            .tool = texts->tool,
            .parameters = texts->parameters,
            .callId = "c7",
            .owner = texts};
}

/// An invocation and its end.
class Invoked {
    struct Ends {
        int count = 0;
        execution::InvocationResult last{};
    };
    const std::shared_ptr<base::Guarded<Ends>> _ends = std::make_shared<base::Guarded<Ends>>();

  public:
    Invoked(const execution::Dispatcher& dispatcher, execution::Invocation::Request request)
        : invocation(dispatcher.prepare(std::move(request), [ends = _ends](execution::InvocationResult result) {
              ends->with([&](Ends& all) {
                  ++all.count;
                  all.last = std::move(result);
              });
          })) {}

    int ends() const {
        return _ends->with([](const Ends& all) { return all.count; });
    }

    /// Waits for it.
    execution::InvocationResult result() const {
        comesTrue([this] { return ends() > 0; });
        return _ends->with([](const Ends& all) { return all.last; });
    }

    const std::shared_ptr<execution::Invocation> invocation;
};

}  // namespace aip::tests

#pragma once

#include "plugins/process_pool.h"
#include "tests/plugins/support.h"
#include "tests/support/manual_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::tests {

using namespace std::chrono_literals;

inline const plugins::ProcessEnd crash{false, false, "ended with exit code 3", ""};
inline const plugins::ProcessEnd clean{true, false, "ended with exit code 0", ""};
inline const plugins::ProcessEnd killed{false, true, "was killed by SIGKILL (Killed)", ""};

inline std::string nameOf(plugins::ProcessOrder order) {
    switch (order) {
        case plugins::ProcessOrder::none:
            return "none";
        case plugins::ProcessOrder::stop:
            return "stop";
        case plugins::ProcessOrder::terminate:
            return "terminate";
        case plugins::ProcessOrder::kill:
            return "kill";
        case plugins::ProcessOrder::leaveBehind:
            return "leave";
    }
    return "?";
}

/// A pool whose effects become a trace: "send a to 1", "b: INTERNAL: ...", "launch 1", "stop 1". Its calls are named
/// after their tools.
class PoolHarness {
  public:
    explicit PoolHarness(const plugins::ProcessPool::Limits& limits = {}, std::uint32_t maxFailures = 3)
        : _pool(_manifest, limits,
                plugins::RestartPolicy(maxFailures, 60s, base::Backoff(100ms, 10s, [] { return 0.5; }))) {}

    plugins::ProcessPool& pool() { return _pool; }
    plugins::ProcessPool::TimePoint now() const { return _clock.now(); }
    void advance(std::chrono::milliseconds time) { _clock.advance(time); }

    TestCall invoke(const std::string& tool) {
        TestCall call(tool);
        carryOut(_pool.invoke(call.call()));
        return call;
    }

    void turn() {
        auto turn = _pool.turn(now());
        _deadline = turn.deadline;
        for (const auto& each : turn.orders) {
            note(nameOf(each.order) + " " + std::to_string(each.process));
        }
        carryOut(std::move(turn.effects));
        if (turn.launch) {
            note("launch " + std::to_string(_pool.launched(now())));
        }
        if (turn.over) {
            note("over");
        }
    }

    /// Advances the clock to the next turn that is due; by how many milliseconds.
    std::int64_t turnWhenDue() {
        turn();
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(_deadline - now());
        advance(wait);
        turn();
        return wait.count();
    }

    void started(plugins::ProcessId process) {
        auto effects = _pool.started(process, now());
        ASSERT_TRUE(effects);
        EXPECT_TRUE(effects->changed);
        carryOut(*std::move(effects));
        while (carryOut(_pool.nextFor(process))) {
        }
    }

    /// Launches and starts a process, without a trace.
    void startFirst() {
        static_cast<void>(_pool.want());
        turn();
        started(1);
        _trace.clear();
    }

    void returned(plugins::ProcessId process, plugins::Ticket ticket) {
        auto result = _pool.returned(process, ticket, now());
        note(result.call ? "result of " + std::string(result.call->request().tool) : "nobody's result");
        carryOut(std::move(result.effects));
        if (result.call) {
            result.call->finish(hosting::Outcome::success("{}"));
        }
    }

    void ended(plugins::ProcessId process, const plugins::ProcessEnd& end) {
        carryOut(_pool.ended(process, end, now()));
    }

    bool carryOut(plugins::ProcessPool::Effects effects) {
        if (effects.wake) {
            note("wake");
        }
        const bool delivered = effects.delivery.has_value();
        if (delivered) {
            note("send " + std::string(effects.delivery->call->request().tool) + " to " +
                 std::to_string(effects.delivery->process));
            _deliveries.push_back(*effects.delivery);
        }
        for (auto& [call, outcome] : effects.outcomes) {
            note(std::string(call->request().tool) + ": " + base::codeName(outcome.code) + ": " + outcome.error);
            call->finish(std::move(outcome));
        }
        return delivered;
    }

    const std::vector<plugins::ProcessPool::Delivery>& deliveries() const { return _deliveries; }

    /// The trace since the last call.
    std::string trace() { return std::exchange(_trace, {}); }

  private:
    void note(const std::string& line) { _trace += (_trace.empty() ? "" : " | ") + line; }

    static admission::Manifest named(const std::string& id) {
        admission::Manifest manifest;
        manifest.id = id;
        return manifest;
    }

    const admission::Manifest _manifest = named("p");
    ManualClock _clock;
    plugins::ProcessPool _pool;
    std::vector<plugins::ProcessPool::Delivery> _deliveries;
    plugins::ProcessPool::TimePoint _deadline;
    std::string _trace;
};

inline plugins::ProcessPool::Limits limits(std::size_t places, std::size_t queue = 10) {
    plugins::ProcessPool::Limits result;
    result.places = places;
    result.queue = queue;
    return result;
}

inline plugins::ProcessPool::Limits onePerCall(std::size_t processes) {
    plugins::ProcessPool::Limits result;
    result.processes = processes;
    result.perCall = true;
    return result;
}

}  // namespace aip::tests

#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "execution/limits.h"
#include "execution/operator_lock.h"
#include "execution/policy.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace aip::execution {

/// What the operator has decided: the lock, read-only, [limits.PATTERN]. Any thread. What it is given outlives it and
/// its permits, which may outlive it.
class OperatorPolicy final : public Policy {
  public:
    OperatorPolicy(OperatorLock& lock, const base::Clock& clock) : _lock(lock), _clock(clock) {}

    /// Counts for every call that is admitted from now on; those that run go on. Patterns that were there before keep
    /// what they have counted.
    void apply(LimitSettings settings);

    /// Ids of the plugins that are believed when they say that a tool changes nothing.
    void believe(std::set<std::string> plugins);

    /// As they were applied.
    LimitSettings settings() const;

    base::Result<void> mayBegin() override;
    Admission admit(const Caller& caller, const Tool& tool, std::string_view parameters) override;
    base::Result<void> wouldAdmit(const Tool& tool) override;

  private:
    /// What the mutex guards.
    struct State {
        LimitSettings settings{};
        Limits limits{};
        std::set<std::string> believed{};
        SlidingWindow denials{};
    };
    using Shared = base::Guarded<State>;
    class Counted;

    static base::Result<void> judgeReadOnly(const State& state, const Tool& tool);
    static base::Result<Limits::Admitted> judge(State& state, const Tool& tool, Limits::TimePoint now);
    void denied(const Caller& caller, const Tool& tool, const base::Error& why, Limits::TimePoint now);

    OperatorLock& _lock;
    const base::Clock& _clock;
    const std::shared_ptr<Shared> _shared = std::make_shared<Shared>();
};

}  // namespace aip::execution

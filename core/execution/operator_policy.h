#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "execution/limits.h"
#include "execution/operator_lock.h"
#include "execution/policy.h"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace aip::execution {

/// What the operator has decided: the lock, [limits.PATTERN], read-only. Any thread. What it is given outlives it; a
/// permit may outlive it.
class OperatorPolicy final : public Policy {
  public:
    OperatorPolicy(OperatorLock& lock, const base::Clock& clock);

    /// Counts for every call that is admitted from now on; those that run go on. Patterns that were there before keep
    /// what they have counted.
    void apply(LimitSettings settings);

    /// Ids of the plugins whose word that a tool changes nothing is taken.
    void believe(std::set<std::string> plugins);

    base::Result<void> mayBegin() override;
    Admission admit(const Caller& caller, const Tool& tool, std::string_view parameters) override;

  private:
    /// What the mutex guards.
    struct State {
        LimitSettings settings;
        Limits limits;
        std::set<std::string> believed;
        SlidingWindow denials;
    };
    using Shared = base::Guarded<State>;
    class Counted;

    base::Error denied(base::Error why);

    OperatorLock& _lock;
    const base::Clock& _clock;
    const std::shared_ptr<Shared> _shared = std::make_shared<Shared>();
};

}  // namespace aip::execution

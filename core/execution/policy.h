#pragma once

#include "base/error.h"
#include "execution/caller.h"
#include "execution/tool_table.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace aip::execution {

/// What an admitted call has taken.
struct Usage {
    base::Code code;                    ///< how it ended
    std::size_t bytes;                  ///< of its result or error, as the tool has given it
    std::chrono::nanoseconds duration;  ///< since it was admitted
};

/// A call that was admitted and has not ended yet, for a policy that counts.
class Permit {
  public:
    virtual ~Permit() = default;

    /// The call has ended. Called exactly once, before the caller has the outcome; then the permit is destroyed. An
    /// error takes the place of the outcome. Any thread, no lock held; must not block.
    virtual base::Result<void> ended(const Usage& usage) = 0;
};

/// Allowed, with a permit if the policy wants to know the end; or refused, with a code and a text for the caller.
using Admission = base::Result<std::unique_ptr<Permit>>;

/// The operator's rules for every call of every front door, applied between router and plugin. The callers cannot
/// change them.
class Policy {
  public:
    virtual ~Policy() = default;

    /// Asked for every call before its tool is looked up; an error: none may begin now. As admit().
    virtual base::Result<void> mayBegin() { return {}; }

    /// Any thread, several at the same time; must not block. The parameters are not yet checked against the tool's
    /// schema: a call that is admitted may still end as INVALID.
    virtual Admission admit(const Caller& caller, const Tool& tool, std::string_view parameters) = 0;

    /// Why a call of this tool would be refused now. Counts nothing.
    virtual base::Result<void> wouldAdmit(const Tool& /*tool*/) { return {}; }
};

/// Only the profiles and the plugins' own rules decide.
class AllowAll final : public Policy {
  public:
    Admission admit(const Caller& /*caller*/, const Tool& /*tool*/, std::string_view /*parameters*/) override {
        return std::unique_ptr<Permit>();
    }
};

}  // namespace aip::execution

#pragma once

#include "audit/trail.h"
#include "base/clock.h"
#include "base/error.h"

#include <memory>
#include <optional>

namespace aip::execution {

/// Counts the calls of one tool. Any thread; never blocks, and takes a fraction of a microsecond.
class CallMeter {
  public:
    virtual ~CallMeter() = default;

    /// A call has ended. `duration`: from its start, if its tool was asked.
    virtual void ended(base::Code code, std::optional<base::Clock::Duration> duration) noexcept = 0;
};

/// Has the meters of tools. Any thread. Outlives the meters.
class CallMeters {
  public:
    virtual ~CallMeters() = default;

    /// For a tool of a new table. Tools of the same name and namespace share what they count.
    virtual std::shared_ptr<CallMeter> of(const audit::ToolFacts& tool) = 0;
    /// For calls whose tool is not known.
    virtual CallMeter& unrouted() = 0;
};

/// They count nothing.
CallMeters& noMeters();

}  // namespace aip::execution

#pragma once

#include "execution/call_meter.h"

#include <cstddef>
#include <memory>
#include <string>

namespace prometheus {
class Registry;
}

namespace aip::metrics {

/// Counts calls by tool and outcome, and how long they took. A tool gets series of its own with its first call, as long
/// as there are fewer than `mostTools`; all others, and calls of tools that are not known, share those of "other". Any
/// thread.
class CallCounts final : public execution::CallMeters {
  public:
    static constexpr std::size_t mostTools = 100;

    /// `registry` outlives it.
    explicit CallCounts(prometheus::Registry& registry);
    ~CallCounts() override;

    std::shared_ptr<execution::CallMeter> of(const audit::ToolFacts& tool) override;
    execution::CallMeter& unrouted() override;

  private:
    class Families;
    class Series;
    class Meter;

    const std::unique_ptr<Families> _families;
};

}  // namespace aip::metrics

#pragma once

#include "execution/call_meter.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace aip::metrics {

/// A family of values that are read when somebody asks for them. Names and units as Prometheus wants them.
struct Reading {
    enum class Kind { gauge, counter };
    using Labels = std::vector<std::pair<std::string, std::string>>;
    struct Value {
        Labels labels;
        double value;
    };

    std::string name;
    Kind kind = Kind::gauge;
    std::string help;
    std::vector<Value> values;
};

/// All that the agent counts, in Prometheus' text format. Any thread.
class Exposition {
  public:
    Exposition();
    ~Exposition();

    /// They live as long as this.
    execution::CallMeters& calls();

    /// The connection to the server is there again, after so long.
    void reconnected(base::Clock::Duration after);

    /// With these beside the calls; families without a value are left out. Ends without a line break.
    std::string text(const std::vector<Reading>& readings) const;

  private:
    struct Parts;

    const std::unique_ptr<Parts> _parts;
};

}  // namespace aip::metrics

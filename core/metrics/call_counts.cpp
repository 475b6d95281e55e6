#include "metrics/call_counts.h"

#include "base/ascii.h"
#include "base/guarded.h"
#include "base/log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace aip::metrics {
namespace {

using Name = std::pair<std::string, std::string>;  ///< tool and namespace

constexpr auto otherTools = "other";
/// Those with a name, and one for all that belong to plugins.
constexpr std::size_t codes = static_cast<std::size_t>(base::Code::internal) + 2;

/// Seconds: a tool may answer within a millisecond, and may take the 300 s that it is given.
const prometheus::Histogram::BucketBoundaries& durations() {
    static const prometheus::Histogram::BucketBoundaries bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                                0.5,   1,      2.5,   5,    10,    30,   60,  300};
    return bounds;
}

std::size_t placeOf(base::Code code) {
    const auto value = static_cast<std::size_t>(code);  // a negative one is large
    return std::min(value, codes - 1);
}

}  // namespace

/// The two families, and which tools have series of their own.
class CallCounts::Families {
  public:
    explicit Families(prometheus::Registry& registry);

    Series* seriesOf(const Name& name);
    Meter& unrouted() { return *_unrouted; }

    prometheus::Family<prometheus::Counter>& calls;
    prometheus::Family<prometheus::Histogram>& seconds;

  private:
    base::Guarded<std::map<Name, std::unique_ptr<Series>>> _series;
    std::unique_ptr<Series> _other;
    std::unique_ptr<Meter> _unrouted;
};

/// Those of one tool. A counter is made with the first call that ends so.
class CallCounts::Series {
  public:
    Series(Families& families, Name name) : _families(families), _name(std::move(name)) {}

    void count(base::Code code, std::optional<base::Clock::Duration> duration) {
        counter(code).Increment();
        if (duration) {
            histogram().Observe(std::chrono::duration<double>(*duration).count());
        }
    }

  private:
    /// Two threads may ask the family at the same time: they get the same one.
    prometheus::Counter& counter(base::Code code) {
        auto& kept = _counters.at(placeOf(code));
        auto* known = kept.load(std::memory_order_acquire);
        if (known == nullptr) {
            auto labels = this->labels();
            labels.emplace("outcome", outcomeOf(code));
            known = &_families.calls.Add(labels);
            kept.store(known, std::memory_order_release);
        }
        return *known;
    }

    prometheus::Histogram& histogram() {
        auto* known = _histogram.load(std::memory_order_acquire);
        if (known == nullptr) {
            known = &_families.seconds.Add(labels(), durations());
            _histogram.store(known, std::memory_order_release);
        }
        return *known;
    }

    prometheus::Labels labels() const { return {{"tool", _name.first}, {"namespace", _name.second}}; }

    static std::string outcomeOf(base::Code code) {
        return placeOf(code) == codes - 1 ? "plugin" : base::lowered(base::codeName(code));
    }

    Families& _families;
    const Name _name;
    std::array<std::atomic<prometheus::Counter*>, codes> _counters{};
    std::atomic<prometheus::Histogram*> _histogram{nullptr};
};

class CallCounts::Meter final : public execution::CallMeter {
  public:
    /// `series`: null: it gets its own with the first call.
    Meter(Families& families, Name name, Series* series = nullptr)
        : _families(families), _name(std::move(name)), _series(series) {}

    void ended(base::Code code, std::optional<base::Clock::Duration> duration) noexcept override {
        try {
            series().count(code, duration);
        } catch (const std::exception& failure) {
            base::log::error("a call is not counted: {}", failure.what());
        }
    }

  private:
    Series& series() {
        auto* known = _series.load(std::memory_order_acquire);
        if (known == nullptr) {
            known = _families.seriesOf(_name);
            _series.store(known, std::memory_order_release);
        }
        return *known;
    }

    Families& _families;
    const Name _name;
    std::atomic<Series*> _series;
};

CallCounts::Families::Families(prometheus::Registry& registry)
    : calls(prometheus::BuildCounter()
                .Name("aip_agent_calls_total")
                .Help("Calls of tools that have ended, by how they have.")
                .Register(registry)),
      seconds(prometheus::BuildHistogram()
                  .Name("aip_agent_call_duration_seconds")
                  .Help("Time of calls that their tools were asked for.")
                  .Register(registry)),
      _other(std::make_unique<Series>(*this, Name(otherTools, ""))),
      _unrouted(std::make_unique<Meter>(*this, Name(), _other.get())) {}

CallCounts::Series* CallCounts::Families::seriesOf(const Name& name) {
    return _series.with([&](auto& series) -> Series* {
        const auto known = series.find(name);
        if (known != series.end()) {
            return known->second.get();
        }
        if (series.size() >= mostTools) {
            return _other.get();
        }
        return series.emplace(name, std::make_unique<Series>(*this, name)).first->second.get();
    });
}

CallCounts::CallCounts(prometheus::Registry& registry) : _families(std::make_unique<Families>(registry)) {}

CallCounts::~CallCounts() = default;

std::shared_ptr<execution::CallMeter> CallCounts::of(const audit::ToolFacts& tool) {
    return std::make_shared<Meter>(*_families, Name(tool.key, tool.nameSpace));
}

execution::CallMeter& CallCounts::unrouted() {
    return _families->unrouted();
}

}  // namespace aip::metrics

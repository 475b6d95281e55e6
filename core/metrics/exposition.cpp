#include "metrics/exposition.h"

#include "metrics/call_counts.h"

#include <chrono>
#include <sstream>

#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace aip::metrics {
namespace {

prometheus::ClientMetric metricOf(const Reading::Value& value, Reading::Kind kind) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : value.labels) {
        metric.label.push_back({name, text});
    }
    if (kind == Reading::Kind::counter) {
        metric.counter.value = value.value;
    } else {
        metric.gauge.value = value.value;
    }
    return metric;
}

prometheus::MetricFamily familyOf(const Reading& reading) {
    const bool counts = reading.kind == Reading::Kind::counter;
    prometheus::MetricFamily family;
    family.name = reading.name;
    family.help = reading.help;
    family.type = counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (const auto& value : reading.values) {
        family.metric.push_back(metricOf(value, reading.kind));
    }
    return family;
}

}  // namespace

struct Exposition::Parts {
    prometheus::Registry registry;
    CallCounts calls{registry};
    prometheus::Histogram& reconnects =
        prometheus::BuildHistogram()
            .Name("aip_agent_reconnect_seconds")
            .Help("Time without a registration, from the loss of one to the next.")
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1'800, 3'600});
};

Exposition::Exposition() : _parts(std::make_unique<Parts>()) {}

Exposition::~Exposition() = default;

execution::CallMeters& Exposition::calls() {
    return _parts->calls;
}

void Exposition::reconnected(base::Clock::Duration after) {
    _parts->reconnects.Observe(std::chrono::duration<double>(after).count());
}

std::string Exposition::text(const std::vector<Reading>& readings) const {
    auto families = _parts->registry.Collect();
    for (const auto& reading : readings) {
        if (!reading.values.empty()) {
            families.push_back(familyOf(reading));
        }
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    std::string text = out.str();
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

}  // namespace aip::metrics

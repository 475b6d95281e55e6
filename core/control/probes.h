#pragma once

#include "control/operator.h"
#include "control/request.h"

/// What machines ask an agent. Any thread.
namespace aip::control {

/// In Prometheus' text format.
Reply metricsOf(const Operator& agent);
/// 200: its loops make progress, and what else is wrong; 503: which do not.
Reply healthOf(const Operator& agent);
/// 200: it is registered with its server and takes calls; 503: why not.
Reply readinessOf(const Operator& agent);

}  // namespace aip::control

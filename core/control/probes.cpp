#include "control/probes.h"

#include "base/json_object.h"

#include <string>

namespace aip::control {
namespace {

Reply stateReply(const base::Result<void>& result) {
    return result ? Reply{200, R"({"ok":true})"} : failure(base::Error(base::Code::unavailable, result.error().text()));
}

}  // namespace

Reply metricsOf(const Operator& agent) {
    return {200, agent.metrics(), "text/plain; version=0.0.4; charset=utf-8"};
}

Reply healthOf(const Operator& agent) {
    const auto healthy = agent.healthy();
    const std::string troubles = agent.troubles();
    return healthy && troubles != "[]"
               ? Reply{200, base::JsonObject().flag("ok", true).raw("findings", troubles).take()}
               : stateReply(healthy);
}

Reply readinessOf(const Operator& agent) {
    return stateReply(agent.ready());
}

}  // namespace aip::control

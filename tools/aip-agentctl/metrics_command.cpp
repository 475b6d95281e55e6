#include "answers.h"
#include "base/json_object.h"
#include "commands.h"
#include "exit_code.h"

namespace aip::agentctl {
namespace {

base::Result<int> showMetrics(Context& context) {
    const auto answer = context.agent.ask({.path = "/metrics"});
    if (!answer) {
        return complain(context, answer.error());
    }
    if (!answer->good()) {
        return complain(context, *answer);
    }
    if (context.json()) {
        context.out.json(base::JsonObject().text("metrics", base::repairUtf8(answer->body)).take());
    } else {
        context.out.foreign(answer->body + "\n");
    }
    return done;
}

}  // namespace

Command metricsCommand() {
    return {.name = "metrics",
            .words = "",
            .summary = "Prints the metrics of the agent in the text format of Prometheus.",
            .run = showMetrics};
}

}  // namespace aip::agentctl

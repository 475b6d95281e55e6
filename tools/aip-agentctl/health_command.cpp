#include "answers.h"
#include "commands.h"
#include "exit_code.h"

namespace aip::agentctl {
namespace {

std::string okView(Json /*answer*/) {
    return "ok\n";
}

/// Container engines know 0 and 1.
base::Result<int> checkHealth(Context& context) {
    const bool ready = context.arguments.has("--ready");
    return present(context, {.path = ready ? "/readyz" : "/healthz"}, okView) == done ? done : failed;
}

}  // namespace

Command healthCommand() {
    return {.name = "health",
            .words = "",
            .summary = "Whether the agent runs and its loops make progress: a health check for containers.",
            .details = "Exit code 0: it does; 1: it does not, or there is none.\n",
            .options = {{"--ready", "", "whether it is registered with its server, instead"}},
            .run = checkHealth};
}

}  // namespace aip::agentctl

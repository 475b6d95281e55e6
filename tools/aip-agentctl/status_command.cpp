#include "answers.h"
#include "commands.h"
#include "views.h"

namespace aip::agentctl {

Command statusCommand() {
    return {.name = "status",
            .words = "",
            .summary = "Shows what the agent is doing: the connection, the task, plugins and calls.",
            .run = [](Context& context) -> base::Result<int> {
                return present(context, {.path = "/v1/status"}, statusView);
            }};
}

}  // namespace aip::agentctl

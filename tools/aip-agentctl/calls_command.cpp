#include "answers.h"
#include "commands.h"
#include "views.h"

namespace aip::agentctl {

Command callsCommand() {
    return {.name = "calls",
            .words = "",
            .summary = "Lists the calls that run or wait, of all callers, the oldest first.",
            .run = [](Context& context) -> base::Result<int> {
                return present(context, {.path = "/v1/calls"}, callsView);
            }};
}

}  // namespace aip::agentctl

#include "answers.h"
#include "commands.h"

#include <array>

namespace aip::agentctl {
namespace {

std::string cancelledView(Json /*answer*/) {
    return "cancelled\n";
}

base::Result<Answer> cancel(const Context& context, const char* what) {
    return context.agent.ask({.method = "POST", .path = "/v1/cancel", .values = {{what, context.word()}}});
}

base::Result<int> cancelCalls(Context& context) {
    static constexpr std::array kinds{"call", "session", "task"};
    for (const auto* const kind : kinds) {
        if (context.arguments.has(std::string("--") + kind)) {
            return present(context, cancel(context, kind), cancelledView);
        }
    }
    return present(context, cancel(context, "any"), cancelledView);
}

}  // namespace

Command cancelCommand() {
    return {
        .name = "cancel",
        .words = "CALL|SESSION|TASK",
        .summary =
            "Cancels a call, or all calls of a session or a task. They fail; the rest of their commands is skipped.",
        .details =
            "CALL is the id that `aip-agentctl calls` shows. Without an option it is looked for in this order.\n",
        .options = {{"--call", "", "it is the id of a call"},
                    {"--session", "", "it is a session"},
                    {"--task", "", "it is a task"}},
        .fewest = 1,
        .most = 1,
        .run = cancelCalls};
}

}  // namespace aip::agentctl

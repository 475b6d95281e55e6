#include "answers.h"
#include "commands.h"

#include <algorithm>
#include <array>

namespace aip::agentctl {
namespace {

std::string cancelledView(Json /*answer*/) {
    return "cancelled\n";
}

bool isNumber(const std::string& text) {
    return text.find_first_not_of("0123456789") == std::string::npos;
}

base::Result<Answer> cancel(const Context& context, const char* what) {
    return context.agent.ask({.method = "POST", .path = "/v1/cancel", .values = {{what, context.word()}}});
}

/// As what is in flight has that name; a number is first of all that of a call.
base::Result<int> cancelCalls(Context& context) {
    static constexpr std::array kinds{"call", "session", "task"};
    for (const auto* const kind : kinds) {
        if (context.arguments.has(std::string("--") + kind)) {
            return present(context, cancel(context, kind), cancelledView);
        }
    }
    constexpr int notFound = 404;
    auto answer = cancel(context, isNumber(context.word()) ? "call" : "session");
    for (const auto* const kind : {"session", "task"}) {
        if (answer && answer->status == notFound) {
            answer = cancel(context, kind);
        }
    }
    return present(context, answer, cancelledView);
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

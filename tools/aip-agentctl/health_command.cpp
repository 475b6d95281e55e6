#include "answers.h"
#include "commands.h"
#include "exit_code.h"
#include "findings_view.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

std::string healthView(Json answer) {
    return answer["findings"] ? findingsView(answer) : "ok\n";
}

bool hasErrors(const Answer& answer) {
    const auto document = Document::parse(answer.body);
    return document && std::ranges::any_of(document->root()["findings"].items(),
                                           [](Json finding) { return finding["severity"].text() == "error"; });
}

/// Container engines know 0 and 1.
base::Result<int> checkHealth(Context& context) {
    const bool ready = context.arguments.has("--ready");
    const auto answer = context.agent.ask({.path = ready ? "/readyz" : "/healthz"});
    const bool good = present(context, answer, healthView) == done;
    return good && (context.arguments.has("--live") || !hasErrors(*answer)) ? done : failed;
}

}  // namespace

Command healthCommand() {
    return {.name = "health",
            .words = "",
            .summary = "Whether the agent runs, its loops make progress and its audit is written: a health check.",
            .details =
                "Exit code 0: it does; 1: it does not, or there is none. What is wrong beside the loops has a "
                "code, as doctor\n"
                "has it; --live is for engines that start again what is not healthy, which would not mend it.\n",
            .options = {{"--live", "", "only whether its loops make progress decides"},
                        {"--ready", "",
                         "whether it takes calls, instead: it is registered with its server, and not locked"}},
            .run = checkHealth};
}

}  // namespace aip::agentctl

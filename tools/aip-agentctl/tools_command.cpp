#include "answers.h"
#include "commands.h"
#include "views.h"

namespace aip::agentctl {
namespace {

base::Result<int> listTools(Context& context) {
    Ask ask{.path = "/v1/tools"};
    if (context.arguments.has("--profile")) {
        ask.values.emplace_back("profile", context.arguments.get("--profile"));
    }
    return present(context, ask, toolsView);
}

}  // namespace

Command toolsCommand() {
    return {
        .name = "tools",
        .words = "",
        .summary = "Lists the tools of this device, or those that a profile offers.",
        .details = "REFUSED NOW: why a call would be denied now: the lock, server.readonly, a section of [limits].\n",
        .options = {{"--profile", "NAME", "of the section [profile.NAME] of the configuration"}},
        .run = listTools};
}

}  // namespace aip::agentctl

#include "answers.h"
#include "commands.h"
#include "shown.h"
#include "views.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

std::string begunView(Json /*answer*/) {
    return "begun; aip-agentctl plugins shows what becomes of it\n";
}

base::Result<int> managePlugins(Context& context) {
    const std::string action = context.word();
    if (action.empty()) {
        return present(context, {.path = "/v1/plugins"}, pluginsView);
    }
    const auto choices = pluginsCommand().choices;
    if (std::ranges::find(choices, action) == choices.end()) {
        return base::Error(base::Code::invalid, "plugins cannot '" + action + "'");
    }
    if (context.word(1).empty()) {
        return base::Error(base::Code::invalid, "plugins " + action + " needs the id of a plugin");
    }
    return present(context, {.method = "POST", .path = "/v1/plugins/" + action, .values = {{"id", context.word(1)}}},
                   begunView);
}

}  // namespace

Command pluginsCommand() {
    return {.name = "plugins",
            .words = "[restart|disable|enable|revive ID]",
            .summary = "Lists the plugins, or does something to one.",
            .details =
                "restart: its process is replaced by a new one.\n"
                "disable, enable: takes its tools away and gives them back, until the agent is started again.\n"
                "revive: a plugin that is failed, quarantined or waits for a restart may start at once.\n",
            .choices = {"restart", "disable", "enable", "revive"},
            .most = 2,
            .run = managePlugins};
}

}  // namespace aip::agentctl

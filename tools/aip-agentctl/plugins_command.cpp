#include "answers.h"
#include "commands.h"
#include "shown.h"
#include "views.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

std::string begunView(const std::string& action, const std::string& id) {
    const std::string begun = "begun; aip-agentctl plugins shows what becomes of it\n";
    return action == "disable" ? begun + "it holds until the next start of the agent; to make it last: plugin." + id +
                                     ".enabled = false\n(of an MCP server: mcp." + id + ".enabled = false)\n"
                               : begun;
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
    const std::string id = context.word(1);
    if (id.empty()) {
        return base::Error(base::Code::invalid, "plugins " + action + " needs the id of a plugin");
    }
    return present(context, {.method = "POST", .path = "/v1/plugins/" + action, .values = {{"id", id}}},
                   [&](Json /*answer*/) { return begunView(action, shown(id)); });
}

}  // namespace

Command pluginsCommand() {
    return {.name = "plugins",
            .words = "[restart|disable|enable|revive ID]",
            .summary = "Lists the plugins, or does something to one.",
            .details =
                "What is done to one:\n"
                "  restart          its process is replaced by a new one\n"
                "  disable, enable  takes its tools away and gives them back; holds over a\n"
                "                   reload, until the agent is started again. To make it last:\n"
                "                   plugin.ID.enabled = false in its configuration\n"
                "  revive           a plugin that is failed, quarantined or waits for a restart\n"
                "                   may start at once\n",
            .choices = {"restart", "disable", "enable", "revive"},
            .most = 2,
            .run = managePlugins};
}

}  // namespace aip::agentctl

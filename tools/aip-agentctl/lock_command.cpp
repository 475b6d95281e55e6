#include "answers.h"
#include "commands.h"
#include "exit_code.h"

namespace aip::agentctl {
namespace {

std::string lockedView(Json answer) {
    const std::string text = answer["was_locked"].isTrue() ? "locked as before, with this reason" : "locked";
    const auto left = answer["not_ended"].number().value_or(0);
    return text + ": every action fails until aip-agentctl unlock\n" +
           (left == 0 ? ""
                      : "not ended, although they were told to: " + std::to_string(left) +
                            ", see aip-agentctl calls and plugins\n");
}

std::string unlockedView(Json answer) {
    const Json was = answer["was_locked"];
    return !was || was.isTrue() ? "unlocked\n" : "not locked: nothing to do\n";
}

int verdictOnLock(Json answer) {
    return answer["not_ended"].number().value_or(0) == 0 ? done : failed;
}

base::Result<int> lockAgent(Context& context) {
    const Ask lock{.method = "POST", .path = "/v1/lock", .body = context.arguments.get("--reason")};
    return present(context, context.agent.ask(lock), lockedView, verdictOnLock);
}

base::Result<int> unlockAgent(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/unlock"}, unlockedView);
}

}  // namespace

Command lockCommand() {
    return {
        .name = "lock",
        .words = "",
        .summary = "The kill switch: from now on every action of every caller fails, and those that run are ended.",
        .details =
            "The connection, heartbeats and list_tools go on. Of a locked agent the reason is replaced. It holds after "
            "a restart, and for every agent process "
            "with the\n"
            "same state folder. What runs gets a second to end by itself, then its process is killed; not so a plugin "
            "in the\n"
            "agent and a server elsewhere. The answer comes after that.\n"
            "Exit code 1: the lock cannot be kept, and the answer says how far it holds; or it is in force, and "
            "something has\n"
            "not ended.\n"
            "When no agent runs: write operator.lock into the state folder (config/README.md).\n",
        .options = {{"--reason", "TEXT", "which callers get to see"}},
        .run = lockAgent};
}

Command unlockCommand() {
    return {.name = "unlock", .words = "", .summary = "Ends the lock: actions are executed again.", .run = unlockAgent};
}

}  // namespace aip::agentctl

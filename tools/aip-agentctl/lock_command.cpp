#include "answers.h"
#include "commands.h"

namespace aip::agentctl {
namespace {

std::string lockedView(Json answer) {
    return answer["was_locked"].isTrue()
               ? "locked as before, with this reason: every action fails until aip-agentctl unlock\n"
               : "locked: every action fails until aip-agentctl unlock\n";
}

std::string unlockedView(Json answer) {
    const Json was = answer["was_locked"];
    return !was || was.isTrue() ? "unlocked\n" : "not locked: nothing to do\n";
}

base::Result<int> lockAgent(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/lock", .body = context.arguments.get("--reason")},
                   lockedView);
}

base::Result<int> unlockAgent(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/unlock"}, unlockedView);
}

}  // namespace

Command lockCommand() {
    return {
        .name = "lock",
        .words = "",
        .summary = "The kill switch: from now on every action of every caller fails, and those that run are cancelled.",
        .details =
            "The connection, heartbeats and list_tools go on. Of a locked agent the reason is replaced. It holds after "
            "a restart, and for every agent process "
            "with the\n"
            "same state folder; if it cannot be kept, the exit code is 1 and the answer says how far it holds.\n"
            "When no agent runs: write operator.lock into the state folder (config/README.md).\n",
        .options = {{"--reason", "TEXT", "which callers get to see"}},
        .run = lockAgent};
}

Command unlockCommand() {
    return {.name = "unlock", .words = "", .summary = "Ends the lock: actions are executed again.", .run = unlockAgent};
}

}  // namespace aip::agentctl

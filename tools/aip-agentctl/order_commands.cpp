// What is a single order to the agent.
#include "answers.h"
#include "commands.h"

namespace aip::agentctl {
namespace {

std::string doneView(Json /*answer*/) {
    return "done\n";
}

std::string reloadView(Json /*answer*/) {
    return "the agent reads its configuration again; its log says what becomes of it\n";
}

std::string drainView(Json /*answer*/) {
    return "the agent takes no new commands and ends when those that run are over\n";
}

std::string requestView(Json /*answer*/) {
    return "the server is asked for the task once this device is registered\n";
}

base::Result<int> reloadAgent(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/reload"}, reloadView);
}

base::Result<int> setLogLevel(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/log-level", .values = {{"level", context.word()}}},
                   doneView);
}

base::Result<int> requestTask(Context& context) {
    Ask ask{.method = "POST", .path = "/v1/request", .body = context.word()};
    if (context.arguments.has("--task-name")) {
        ask.values.emplace_back("name", context.arguments.get("--task-name"));
    }
    return present(context, ask, requestView);
}

base::Result<int> drainAgent(Context& context) {
    return present(context, {.method = "POST", .path = "/v1/drain"}, drainView);
}

}  // namespace

Command reloadCommand() {
    return {.name = "reload",
            .words = "",
            .summary = "Has the agent read its configuration again, as SIGHUP does.",
            .run = reloadAgent};
}

Command logLevelCommand() {
    return {.name = "log-level",
            .words = "LEVEL",
            .summary = "Sets the level of the log until the next start: trace, debug, info, warn, error.",
            .choices = {"trace", "debug", "info", "warn", "error"},
            .fewest = 1,
            .most = 1,
            .run = setLogLevel};
}

Command requestCommand() {
    return {.name = "request",
            .words = "TEXT [--task-name=NAME]",
            .summary = "Asks the server to start a task for this request.",
            .options = {{"--task-name", "NAME", "of the task; a new UUID without it"}},
            .fewest = 1,
            .most = 1,
            .run = requestTask};
}

Command drainCommand() {
    return {.name = "drain",
            .words = "",
            .summary = "Ends the agent when its commands are over, as SIGTERM does.",
            .run = drainAgent};
}

}  // namespace aip::agentctl

// What is a single order to the agent.
#include "answers.h"
#include "commands.h"
#include "exit_code.h"
#include "shown.h"

#include <chrono>
#include <cstdint>

namespace aip::agentctl {
namespace {

std::string doneView(Json /*answer*/) {
    return "done\n";
}

constexpr double longestReload = 75;  ///< seconds; the agent answers earlier

std::string refusedLine(Json refused) {
    return shown("plugin " + refused["plugin"].text() + " is " + refused["state"].text() + ": " +
                 refused["reason"].text()) +
           "\n";
}

std::string reloadView(Json answer) {
    std::string text = "reloaded\n";
    for (const Json key : answer["needs_restart"].items()) {
        text += shown(key.text()) + " has changed; that needs a restart\n";
    }
    for (const Json refused : answer["refused"].items()) {
        text += refusedLine(refused);
    }
    return text;
}

std::string drainView(Json /*answer*/) {
    return "the agent takes no new commands and calls, and ends when those that run are over\n";
}

std::string requestView(Json /*answer*/) {
    return "the server is asked for the task once this device is registered\n";
}

base::Result<int> reloadAgent(Context& context) {
    const auto seconds = context.arguments.number("--timeout", longestReload, 0.001);
    if (!seconds) {
        return seconds.error();
    }
    const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000));
    return present(context, context.agent.ask({.method = "POST", .path = "/v1/reload"}, limit), reloadView,
                   [](Json answer) { return answer["refused"].items().empty() ? done : failed; });
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
            .summary = "Has the agent read its configuration again, as SIGHUP does, and says what becomes of it.",
            .details =
                "It waits for the end, a minute at most, or --timeout seconds. Exit code 1: everything, or the set "
                "of plugins, stays\nas it is, with the reason; or it is done, and plugins that are wanted are refused: "
                "each is named, in --json in\n\"refused\".\n",
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
            .words = "TEXT",
            .summary = "Asks the server to start a task for this request.",
            .options = {{"--task-name", "NAME", "of the task; a new UUID without it"}},
            .fewest = 1,
            .most = 1,
            .run = requestTask};
}

Command drainCommand() {
    return {.name = "drain",
            .words = "",
            .summary = "Ends the agent when its commands and calls are over, as SIGTERM does: no new ones.",
            .run = drainAgent};
}

}  // namespace aip::agentctl

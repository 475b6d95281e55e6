#include "answers.h"
#include "commands.h"
#include "exit_code.h"
#include "views.h"

#include <iostream>
#include <iterator>

namespace aip::agentctl {
namespace {

constexpr double longestCall = 3'600;  ///< seconds; the agent has limits of its own

std::string resultView(Json answer) {
    return valueView(answer["result"]);
}

/// Of tools that run programs: their own word for a failure.
int verdictOn(Json answer) {
    const Json success = answer["result"]["success"];
    return success.isFalse() ? failed : done;
}

std::string argumentsOf(const std::string& word) {
    return word == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : word;
}

base::Result<int> callTool(Context& context) {
    const auto seconds = context.arguments.number("--timeout", longestCall, 0.001);
    if (!seconds) {
        return seconds.error();
    }
    Ask ask{.method = "POST",
            .path = "/v1/call",
            .values = {{"tool", context.word()}},
            .body = argumentsOf(context.word(1))};
    if (context.arguments.has("--type")) {
        ask.values.emplace_back("type", context.arguments.get("--type"));
    }
    const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000));
    return present(context, context.agent.ask(ask, limit), resultView, verdictOn);
}

}  // namespace

Command callCommand() {
    return {.name = "call",
            .words = "TOOL [JSON|-]",
            .summary = "Calls a tool of any namespace, as a caller would: with the same checks, limits and audit.",
            .details =
                "JSON is the object with its arguments; -: standard input; without it {}. It waits for the result for "
                "an hour,\n"
                "or --timeout seconds; who ends the program, as with Ctrl-C, cancels the call. "
                "Exit code 1: there\nis no result, with the reason; or there is one that says \"success\": false, as "
                "that of execute_command for a\nprogram that fails: it is printed like any other.\n",
            .options = {{"--type", "TYPE", "action or data_collection, if there is one of each"}},
            .fewest = 1,
            .most = 2,
            .run = callTool};
}

}  // namespace aip::agentctl

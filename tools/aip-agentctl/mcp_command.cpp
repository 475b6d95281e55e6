#include "answers.h"
#include "commands.h"
#include "exit_code.h"

#include <cstdio>

namespace aip::agentctl {
namespace {

constexpr auto protocol = "mcp-lines";
constexpr int standardInput = 0;
constexpr int standardOutput = 1;

base::Result<int> bridgeClient(Context& context) {
    const auto answer = context.agent.bridge({.path = "/v1/mcp"}, protocol, standardInput, standardOutput);
    if (!answer) {
        return complain(context, answer.error());
    }
    return answer->good() ? done : complain(context, *answer);
}

}  // namespace

Command mcpCommand() {
    return {
        .name = "mcp",
        .words = "",
        .summary =
            "For an MCP client that starts programs: speaks MCP over standard input and output for the running agent.",
        .details =
            "The client is offered what mcp_server.profile says, as with aip-agent --mcp, but by the agent that "
            "runs.\n",
        .run = bridgeClient};
}

}  // namespace aip::agentctl

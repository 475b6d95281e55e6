#include "help.h"

#include "commands.h"
#include "exit_code.h"

namespace aip::agentctl {

tool::CommandText textOf(const Command& command) {
    return {command.name, command.words, command.summary, command.details, command.options, command.choices};
}

tool::ProgramText programText() {
    tool::ProgramText text{
        .name = "aip-agentctl",
        .summary = "Asks and steers the aip-agent that runs on this device.",
        .commands = {},
        .options = commonOptions(),
        .exitCodes = {{done, "done"},
                      {failed, "the agent or a tool refuses or fails, is not well or ready, or the audit is broken"},
                      {usage, "wrong usage"},
                      {noInput, "a file cannot be read"},
                      {unavailable, "no agent answers"},
                      {internal, "defect"},
                      {noOutput, "output cannot be written"},
                      {timeout, "no answer in time"},
                      {denied, "no permission"}}};
    for (const auto& command : commands()) {
        text.commands.push_back(textOf(command));
    }
    return text;
}

}  // namespace aip::agentctl

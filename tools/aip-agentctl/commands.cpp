#include "commands.h"

namespace aip::agentctl {

const std::vector<Command>& commands() {
    static const std::vector<Command> all{statusCommand(), watchCommand(),  pluginsCommand(),   callsCommand(),
                                          cancelCommand(), toolsCommand(),  callCommand(),      lockCommand(),
                                          unlockCommand(), reloadCommand(), logLevelCommand(),  requestCommand(),
                                          drainCommand(),  healthCommand(), metricsCommand(),   mcpCommand(),
                                          auditCommand(),  doctorCommand(), completionCommand()};
    return all;
}

const std::vector<Option>& commonOptions() {
    static const std::vector<Option> all{
        {"--socket", "PATH", "the control socket of the agent; otherwise it is looked for in the usual places"},
        {"--timeout", "SECONDS", "how long an answer may take, 10 without it"},
        {"--json", "", "the agent's JSON instead of text for people; errors, too"}};
    return all;
}

std::vector<Option> optionsOf(const Command& command) {
    auto options = command.options;
    options.insert(options.end(), commonOptions().begin(), commonOptions().end());
    return options;
}

}  // namespace aip::agentctl

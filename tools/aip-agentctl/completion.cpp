#include "completion.h"

#include "aip-plugin/shell_completion.h"
#include "answers.h"
#include "exit_code.h"
#include "help.h"

#include <utility>

namespace aip::agentctl {
namespace {

void add(std::vector<tool::CompletedOption>& out, const std::vector<Option>& options) {
    for (const auto& option : options) {
        out.push_back({std::string(option.name), !option.value.empty(), std::string(option.meaning)});
    }
}

tool::CompletedProgram completed(const tool::ProgramText& program) {
    const tool::CompletedOption help{"--help", false, "Show the help and exit."};
    tool::CompletedProgram out{
        std::string(program.name), {}, {help, {"--version", false, "Show the version and exit."}}};
    for (const auto& command : program.commands) {
        tool::CompletedCommand words{std::string(command.name), std::string(command.summary), {}, {}};
        words.choices.assign(command.choices.begin(), command.choices.end());
        add(words.options, command.options);
        add(words.options, program.options);
        words.options.push_back(help);
        out.commands.push_back(std::move(words));
    }
    return out;
}

base::Result<int> printCompletion(Context& context) {
    const auto script = completionScript(context.word());
    if (!script) {
        return script.error();
    }
    context.out.text(*script);
    return done;
}

}  // namespace

base::Result<std::string> completionScript(const std::string& shell) {
    return tool::completionScript(completed(programText()), shell);
}

Command completionCommand() {
    return {.name = "completion",
            .words = "bash|zsh|fish",
            .summary = "Prints a script with which the shell completes commands and options.",
            .details =
                "They are installed with the program. Otherwise they belong into:\n"
                "  bash  ~/.local/share/bash-completion/completions/aip-agentctl\n"
                "  zsh   _aip-agentctl in a folder of $fpath\n"
                "  fish  ~/.config/fish/completions/aip-agentctl.fish\n",
            .choices = {"bash", "zsh", "fish"},
            .fewest = 1,
            .most = 1,
            .run = printCompletion};
}

}  // namespace aip::agentctl

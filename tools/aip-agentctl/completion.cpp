#include "completion.h"

#include "answers.h"
#include "commands.h"
#include "exit_code.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

std::string optionWords(const std::vector<Option>& options) {
    std::string words;
    for (const auto& option : options) {
        words += (words.empty() ? "" : " ") + std::string(option.name) + (option.value.empty() ? "" : "=");
    }
    return words;
}

std::string choiceWords(const Command& command) {
    std::string words;
    for (const auto choice : command.choices) {
        words += (words.empty() ? "" : " ") + std::string(choice);
    }
    return words;
}

std::string commandWords() {
    std::string words;
    for (const auto& command : commands()) {
        words += (words.empty() ? "" : " ") + std::string(command.name);
    }
    return words;
}

/// In single quotes, as all three shells read them.
std::string inQuotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

std::string bashScript() {
    std::string script =
        "# bash completion of aip-agentctl\n"
        "_aip_agentctl() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} words\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        words=" +
        inQuotes(commandWords() + " --help --version") +
        "\n"
        "    else\n"
        "        case ${COMP_WORDS[1]} in\n";
    for (const auto& command : commands()) {
        const std::string choices = choiceWords(command);
        script += "        " + std::string(command.name) +
                  ") words=" + inQuotes((choices.empty() ? "" : choices + " ") + optionWords(optionsOf(command))) +
                  " ;;\n";
    }
    return script +
           "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
           "    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
           "    return 0\n"
           "}\n"
           "complete -F _aip_agentctl aip-agentctl\n";
}

std::string zshScript() {
    std::string script =
        "#compdef aip-agentctl\n"
        "_aip_agentctl() {\n"
        "    local -a words_\n"
        "    if (( CURRENT == 2 )); then\n"
        "        words_=(\n";
    for (const auto& command : commands()) {
        script += "            " + inQuotes(std::string(command.name) + ":" + std::string(command.summary)) + "\n";
    }
    script +=
        "        )\n"
        "        _describe command words_\n"
        "        return\n"
        "    fi\n"
        "    case ${words[2]} in\n";
    for (const auto& command : commands()) {
        const std::string choices = choiceWords(command);
        script += "        " + std::string(command.name) + ") compadd -- " + (choices.empty() ? "" : choices + " ") +
                  optionWords(optionsOf(command)) + " ;;\n";
    }
    return script +
           "    esac\n"
           "}\n"
           "_aip_agentctl \"$@\"\n";
}

std::string fishScript() {
    std::string script = "# fish completion of aip-agentctl\ncomplete -c aip-agentctl -f\n";
    for (const auto& command : commands()) {
        const std::string name(command.name);
        script +=
            "complete -c aip-agentctl -n __fish_use_subcommand -a " + name + " -d " + inQuotes(command.summary) + "\n";
        const std::string within = "complete -c aip-agentctl -n '__fish_seen_subcommand_from " + name + "' ";
        if (const std::string choices = choiceWords(command); !choices.empty()) {
            script += within + "-a " + inQuotes(choices) + "\n";
        }
        for (const auto& option : optionsOf(command)) {
            script += within + "-l " + std::string(option.name.substr(2)) + (option.value.empty() ? "" : " -r") +
                      " -d " + inQuotes(option.meaning) + "\n";
        }
    }
    return script;
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
    if (shell == "bash") {
        return bashScript();
    }
    if (shell == "zsh") {
        return zshScript();
    }
    if (shell == "fish") {
        return fishScript();
    }
    return base::Error(base::Code::invalid, "there is no completion for '" + shell + "'");
}

Command completionCommand() {
    return {.name = "completion",
            .words = "bash|zsh|fish",
            .summary = "Prints a script with which the shell completes commands and options.",
            .details =
                "bash: /usr/share/bash-completion/completions/aip-agentctl; zsh: _aip-agentctl in a folder of $fpath;\n"
                "fish: ~/.config/fish/completions/aip-agentctl.fish\n",
            .choices = {"bash", "zsh", "fish"},
            .fewest = 1,
            .most = 1,
            .run = printCompletion};
}

}  // namespace aip::agentctl

#include "shell_completion.h"

#include <algorithm>

namespace aip::tool {
namespace {

using Options = std::vector<CompletedOption>;

std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const auto& word : words) {
        line += (line.empty() ? "" : " ") + word;
    }
    return line;
}

std::vector<std::string> wordsOf(const Options& options) {
    std::vector<std::string> words;
    for (const auto& option : options) {
        words.push_back(option.name + (option.takesValue && option.name.starts_with("--") ? "=" : ""));
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

/// "aip-agent" -> "_aip_agent"
std::string functionName(const CompletedProgram& program) {
    std::string name = "_" + program.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

std::string bashWords(const CompletedProgram& program) {
    if (program.commands.empty()) {
        return "    words=" + inQuotes(joined(wordsOf(program.options))) + "\n";
    }
    auto first = wordsOf(program.options);
    std::string cases;
    for (const auto& command : program.commands) {
        auto words = command.choices;
        std::ranges::copy(wordsOf(command.options), std::back_inserter(words));
        first.push_back(command.name);
        cases += "            " + command.name + ") words=" + inQuotes(joined(words)) + " ;;\n";
    }
    return "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=" + inQuotes(joined(first)) +
           "\n    else\n        case ${COMP_WORDS[1]} in\n" + cases + "        esac\n    fi\n";
}

/// The value of an option, which bash takes for a word after "=", and what has no match, is completed as a file.
std::string bashScript(const CompletedProgram& program) {
    const std::string name = functionName(program);
    return "# bash completion of " + program.name + "\n" + name +
           "() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
           "    COMPREPLY=()\n"
           "    [ \"$cur\" = = ] || [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = = ] && return 0\n" +
           bashWords(program) +
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
           "    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
           "    return 0\n"
           "}\n"
           "complete -o default -F " +
           name + " " + program.name + "\n";
}

/// What _arguments reads itself in a specification.
std::string zshText(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += std::string_view("\\[]:").find(c) == std::string_view::npos ? "" : "\\";
        out += c;
    }
    return out;
}

std::string zshArguments(const Options& options, const std::vector<std::string>& choices) {
    std::string line = "_arguments";
    for (const auto& option : options) {
        const char* value = !option.takesValue ? "" : option.name.starts_with("--") ? "=" : "+";
        line += " \\\n            " + inQuotes("*" + option.name + value + "[" + zshText(option.meaning) + "]" +
                                               (option.takesValue ? ":value:_files" : ""));
    }
    line += choices.empty() ? "" : " \\\n            " + inQuotes("2: :(" + joined(choices) + ")");
    return line + " \\\n            '*: :_files'";
}

std::string zshCommands(const CompletedProgram& program) {
    std::string names;
    std::string cases;
    for (const auto& command : program.commands) {
        names += "            " + inQuotes(command.name + ":" + command.summary) + "\n";
        cases += "    " + command.name + ")\n        " + zshArguments(command.options, command.choices) + " ;;\n";
    }
    return "    if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then\n"
           "        local -a commands_=(\n" +
           names +
           "        )\n"
           "        _describe command commands_\n"
           "        return\n"
           "    fi\n"
           "    case ${words[2]} in\n" +
           cases + "    *)\n        " + zshArguments(program.options, {}) + " ;;\n    esac\n";
}

std::string zshScript(const CompletedProgram& program) {
    const std::string name = functionName(program);
    return "#compdef " + program.name + "\n" + name + "() {\n" +
           (program.commands.empty() ? "    " + zshArguments(program.options, {}) + "\n" : zshCommands(program)) +
           "}\n" + name + " \"$@\"\n";
}

std::string fishOptions(const std::string& start, const Options& options) {
    std::string lines;
    for (const auto& option : options) {
        const bool isLong = option.name.starts_with("--");
        lines += start + (isLong ? "-l " + option.name.substr(2) : "-s " + option.name.substr(1)) +
                 (option.takesValue ? " -r -F" : "") + " -d " + inQuotes(option.meaning) + "\n";
    }
    return lines;
}

std::string fishScript(const CompletedProgram& program) {
    const std::string start = "complete -c " + program.name + " ";
    const bool hasCommands = !program.commands.empty();
    std::string script = "# fish completion of " + program.name + "\n";
    script += fishOptions(start + (hasCommands ? "-n __fish_use_subcommand " : ""), program.options);
    script += hasCommands ? start + "-n __fish_use_subcommand -f\n" : "";
    for (const auto& command : program.commands) {
        script += start + "-n __fish_use_subcommand -a " + command.name + " -d " + inQuotes(command.summary) + "\n";
        const std::string within = start + "-n '__fish_seen_subcommand_from " + command.name + "' ";
        script += command.choices.empty() ? "" : within + "-f -a " + inQuotes(joined(command.choices)) + "\n";
        script += fishOptions(within, command.options);
    }
    return script;
}

}  // namespace

base::Result<std::string> completionScript(const CompletedProgram& program, const std::string& shell) {
    if (shell == "bash") {
        return bashScript(program);
    }
    if (shell == "zsh") {
        return zshScript(program);
    }
    if (shell == "fish") {
        return fishScript(program);
    }
    return base::Error(base::Code::invalid, "there is no completion for '" + shell + "'");
}

}  // namespace aip::tool

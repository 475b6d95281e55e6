#include "command_help.h"

namespace aip::tool {
namespace {

const base::HelpRow helpRow{"-h, --help", "Show this help and exit."};

void add(std::vector<base::HelpRow>& rows, const std::vector<Option>& options) {
    for (const auto& option : options) {
        rows.push_back({formOf(option), std::string(option.meaning)});
    }
}

std::vector<std::string> usageOf(const ProgramText& program, const CommandText& command) {
    static constexpr std::string_view separator = " | ";
    const std::string call = std::string(program.name) + " " + std::string(command.name);
    std::vector<std::string> usage;
    std::string_view rest = command.words;
    for (bool more = true; more;) {
        const auto end = rest.find(separator);
        const std::string words(rest.substr(0, end));
        usage.push_back(call + (words.empty() ? "" : " ") + words + " [OPTION]...");
        more = end != std::string_view::npos;
        rest.remove_prefix(more ? end + separator.size() : 0);
    }
    return usage;
}

}  // namespace

std::string formOf(const Option& option) {
    const char* separator = option.value.empty() ? "" : option.name.starts_with("--") ? "=" : " ";
    return std::string(option.name) + separator + std::string(option.value);
}

std::string helpText(const ProgramText& program) {
    const std::string name(program.name);
    std::vector<base::HelpRow> commands;
    for (const auto& command : program.commands) {
        commands.push_back({std::string(command.name), std::string(command.summary)});
    }
    std::vector<base::HelpRow> options;
    add(options, program.options);
    options.push_back(helpRow);
    options.push_back({"--version", "Show the version and the build, and exit."});
    return base::helpText({.usage = {name + " COMMAND [WORD]... [OPTION]..."},
                           .summary = std::string(program.summary),
                           .commands = std::move(commands),
                           .options = std::move(options),
                           .exitCodes = program.exitCodes,
                           .more = "Read on: `" + name + " COMMAND --help` shows more of it; man " + name + "."});
}

std::string helpText(const ProgramText& program, const CommandText& command) {
    std::vector<base::HelpRow> options;
    add(options, command.options);
    add(options, program.options);
    options.push_back(helpRow);
    return base::helpText({.usage = usageOf(program, command),
                           .summary = std::string(command.summary),
                           .details = std::string(command.details),
                           .options = std::move(options),
                           .more = "Read on: `" + std::string(program.name) + " --help` has the exit codes; man " +
                                   std::string(program.name) + "."});
}

}  // namespace aip::tool

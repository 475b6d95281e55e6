#include "base/build.h"
#include "base/descriptor.h"
#include "base/help.h"
#include "base/printable.h"
#include "command.h"
#include "command_help.h"
#include "exit_code.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <span>
#include <string>

namespace aip::tool {
namespace {

/// In the order in which an author needs them.
const std::vector<Command>& commands() {
    static const std::vector<Command> all{newCommand(),     devCommand(),  manifestCommand(),
                                          inspectCommand(), callCommand(), checkCommand(),
                                          installCommand(), signCommand(), verifyCommand()};
    return all;
}

CommandText textOf(const Command& command) {
    return {command.name, command.words, command.summary, command.details, command.options};
}

ProgramText programText() {
    ProgramText text{
        .name = "aip-plugin",
        .summary = "The plugin author's tool: makes, runs, checks, installs and signs plugins.",
        .commands = {},
        .options = {},
        .exitCodes = {
            {done, "done"}, {failed, "the plugin is not good, or a file cannot be used"}, {usage, "wrong usage"}}};
    for (const auto& command : commands()) {
        text.commands.push_back(textOf(command));
    }
    return text;
}

int print(const std::string& text) {
    std::cout << text;
    return done;
}

int misused(const std::string& text, const std::string& command = {}) {
    std::cerr << base::wrongUsage("aip-plugin", text, command);
    return usage;
}

int run(const Command& command, std::span<char* const> words) {
    const std::string name(command.name);
    const auto arguments = Arguments::parse(words, command.options);
    if (!arguments) {
        return misused(arguments.error().text(), name);
    }
    const auto count = arguments->words().size();
    if (count < command.fewest || count > command.most) {
        return misused("wrong arguments for " + name, name);
    }
    const auto code = command.run(*arguments);
    return code ? *code : misused(code.error().text(), name);
}

int run(std::span<char* const> words) {
    const std::string first = words.empty() ? "--help" : words[0];
    if (first == "--help" || first == "-h") {
        return print(helpText(programText()));
    }
    if (first == "--version") {
        return print(base::versionText("aip-plugin", {base::boostHeaders()}));
    }
    const auto command = std::ranges::find(commands(), first, &Command::name);
    if (command == commands().end()) {
        return misused(base::unknownWord(first));
    }
    const auto rest = words.subspan(1);
    const bool help = std::ranges::any_of(rest, [](std::string_view word) { return word == "--help" || word == "-h"; });
    return help ? print(helpText(programText(), textOf(*command))) : run(*command, rest);
}

/// `code`, or failed if standard output has not taken it all.
int written(int code) {
    return std::cout.flush() || code != done ? code : failure("standard output", "cannot be written");
}

}  // namespace

int failure(std::string_view what, std::string_view why) {
    std::cout << std::flush;
    std::cerr << "aip-plugin: " << base::printableLines(what) << ": " << base::printableLines(why) << '\n';
    return failed;
}

}  // namespace aip::tool

int main(int argc, char** argv) {
    aip::base::occupyStandardDescriptors();
    try {
        return aip::tool::written(aip::tool::run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1)));
    } catch (const std::exception& error) {
        return aip::tool::failure("error", error.what());
    }
}

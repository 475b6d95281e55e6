#include "base/descriptor.h"
#include "base/printable.h"
#include "command.h"
#include "exit_code.h"

#include <algorithm>
#include <exception>
#include <iomanip>
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

constexpr std::string_view exitCodes =
    "Exit codes: 0 done, 1 the plugin is not good or a file cannot be used, 64 wrong usage.\n";

int printHelp() {
    std::cout << "aip-plugin - the plugin author's tool\n\n";
    for (const auto& command : commands()) {
        std::cout << "  aip-plugin " << command.name << ' ' << command.words << "\n      " << command.summary << '\n';
    }
    std::cout << "  aip-plugin --version\n\n`aip-plugin COMMAND --help` shows more. " << exitCodes;
    return done;
}

int printHelp(const Command& command) {
    std::cout << "aip-plugin " << command.name << ' ' << command.words << "\n\n" << command.summary << '\n';
    if (!command.details.empty()) {
        std::cout << command.details;
    }
    std::cout << (command.options.empty() ? "" : "\n");
    for (const auto& option : command.options) {
        const char* separator = option.value.empty() ? "" : option.name.starts_with("--") ? "=" : " ";
        const std::string form = std::string(option.name) + separator + std::string(option.value);
        std::cout << "  " << std::left << std::setw(20) << form << ' ' << option.meaning << '\n';
    }
    std::cout << '\n' << exitCodes;
    return done;
}

int misused(const std::string& text, const std::string& command = {}) {
    std::cerr << "aip-plugin: " << text << "; see aip-plugin " << (command.empty() ? "" : command + " ") << "--help\n";
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
        return printHelp();
    }
    if (first == "--version") {
        std::cout << "aip-plugin " AIP_VERSION "\n";
        return done;
    }
    const auto command = std::ranges::find(commands(), first, &Command::name);
    if (command == commands().end()) {
        return misused("unknown command '" + first + "'");
    }
    const auto rest = words.subspan(1);
    const bool help = std::ranges::any_of(rest, [](std::string_view word) { return word == "--help" || word == "-h"; });
    return help ? printHelp(*command) : run(*command, rest);
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

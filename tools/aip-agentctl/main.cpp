#include "answers.h"
#include "base/build.h"
#include "base/descriptor.h"
#include "base/help.h"
#include "commands.h"
#include "exit_code.h"
#include "help.h"
#include "terminal.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <span>
#include <string>

namespace aip::agentctl {
namespace {

constexpr double usualTimeout = 10;  ///< seconds

int misused(const std::string& text, const std::string& command = {}) {
    std::cerr << base::wrongUsage("aip-agentctl", text, command);
    return usage;
}

int run(const Command& command, std::span<char* const> words) {
    const std::string name(command.name);
    const auto arguments = Arguments::parse(words, optionsOf(command));
    if (!arguments) {
        return misused(arguments.error().text(), name);
    }
    const auto count = arguments->words().size();
    if (count < command.fewest || count > command.most) {
        return misused("wrong arguments for " + name, name);
    }
    const auto seconds = arguments->number("--timeout", usualTimeout, 0.001);
    if (!seconds) {
        return misused(seconds.error().text(), name);
    }
    const Client client(arguments->get("--socket"),
                        std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000)));
    Output out(std::cout, writesToTerminal(), terminalSize().width);
    Context context{*arguments, client, out};
    const auto code = command.run(context);
    return code ? *code : misused(code.error().text(), name);
}

/// How many words stand before the command: common options may.
std::size_t commandIndex(std::span<char* const> words) {
    std::size_t index = 0;
    while (index < words.size() && std::string_view(words[index]).starts_with("-")) {
        const auto option = std::ranges::find(commonOptions(), std::string_view(words[index]), &Option::name);
        index += option != commonOptions().end() && !option->value.empty() ? 2 : 1;
    }
    return index;
}

bool wants(std::span<char* const> words, std::string_view option) {
    return std::ranges::any_of(words, [option](std::string_view word) { return word == option; });
}

bool wantsHelp(std::span<char* const> words) {
    return wants(words, "--help") || wants(words, "-h");
}

/// Options without a command.
int misused(std::span<char* const> words) {
    const auto arguments = Arguments::parse(words, commonOptions());
    return misused(arguments ? "a command is missing" : arguments.error().text());
}

int print(const std::string& text) {
    std::cout << text;
    return done;
}

int run(std::span<char* const> words) {
    const std::size_t index = commandIndex(words);
    if (index >= words.size()) {
        return wants(words, "--version")           ? print(base::versionText("aip-agentctl"))
               : words.empty() || wantsHelp(words) ? print(helpText(programText()))
                                                   : misused(words);
    }
    const std::string name = words[index];
    const auto command = std::ranges::find(commands(), name, &Command::name);
    if (command == commands().end()) {
        return misused(base::unknownWord(name));
    }
    if (wantsHelp(words)) {
        return print(helpText(programText(), textOf(*command)));
    }
    std::vector<char*> rest(words.begin(), words.end());
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
    return run(*command, rest);
}

/// `code`, or noOutput if standard output has not taken it all.
int written(int code) {
    if (std::cout.flush() || readerHasGone()) {  // "| head" has what it wants
        return code;
    }
    std::cerr << "aip-agentctl: standard output cannot be written\n";
    return code == done ? noOutput : code;
}

}  // namespace
}  // namespace aip::agentctl

int main(int argc, char** argv) {
    aip::base::occupyStandardDescriptors();
    try {
        const auto words = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
        return aip::agentctl::written(aip::agentctl::run(words));
    } catch (const std::exception& error) {
        std::cerr << "aip-agentctl: " << error.what() << '\n';
        return aip::agentctl::internal;
    }
}

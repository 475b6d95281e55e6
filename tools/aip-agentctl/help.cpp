#include "help.h"

#include "commands.h"

namespace aip::agentctl {
namespace {

constexpr std::string_view exitCodes =
    "Exit codes: 0 done, 1 the agent refuses or fails, is not well or the audit is broken, 64 wrong usage, 66 a file "
    "cannot be "
    "read,\n69 no agent answers, 70 defect, 74 output cannot be written, 75 no answer in time, 77 no permission. "
    "health: 0 or 1.\n";

constexpr std::size_t optionWidth = 20;

std::string optionLines(const std::vector<Option>& options) {
    std::string text;
    for (const auto& option : options) {
        std::string form(option.name);
        form += option.value.empty() ? "" : "=" + std::string(option.value);
        form.resize(std::max(optionWidth, form.size()), ' ');
        text += "  " + form + " " + std::string(option.meaning) + "\n";
    }
    return text;
}

std::string callOf(const Command& command) {
    return "aip-agentctl " + std::string(command.name) + (command.words.empty() ? "" : " ") +
           std::string(command.words);
}

}  // namespace

std::string helpText() {
    std::string text = "aip-agentctl - asks and steers the aip-agent that runs on this device\n\n";
    for (const auto& command : commands()) {
        text += "  " + callOf(command) + "\n      " + std::string(command.summary) + "\n";
    }
    text += "  aip-agentctl --version\n\n" + optionLines(commonOptions());
    return text + "\n`aip-agentctl COMMAND --help` shows more.\n" + std::string(exitCodes);
}

std::string helpText(const Command& command) {
    return callOf(command) + "\n\n" + std::string(command.summary) + "\n" + std::string(command.details) + "\n" +
           optionLines(optionsOf(command)) + "\n" + std::string(exitCodes);
}

}  // namespace aip::agentctl

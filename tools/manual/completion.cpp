#include "completion.h"

namespace aip::manual {
namespace {

/// "-c, --config=PATH": the long name.
tool::CompletedOption optionOf(const HelpItem& item) {
    const auto comma = item.form.rfind(", ");
    const std::string form = item.form.substr(comma == std::string::npos ? 0 : comma + 2);
    const auto end = form.find_first_of("=[ ");
    return {form.substr(0, end), end != std::string::npos && form[end] != '[', item.meaning};
}

std::vector<tool::CompletedOption> optionsOf(const HelpPage& help) {
    std::vector<tool::CompletedOption> options;
    for (const auto& item : help.list("Options:")) {
        options.push_back(optionOf(item));
    }
    return options;
}

}  // namespace

tool::CompletedProgram completed(const Program& program) {
    tool::CompletedProgram out{program.name, {}, optionsOf(program.help)};
    for (const auto& command : program.commands) {
        out.commands.push_back({command.name, command.help.summary(), {}, optionsOf(command.help)});
    }
    return out;
}

}  // namespace aip::manual

#include "page.h"
#include "page_frame.h"
#include "roff.h"

#include <algorithm>

namespace aip::manual {
namespace {

using Items = std::vector<HelpItem>;

constexpr std::string_view optionsTitle = "Options:";
constexpr std::string_view commandsTitle = "Commands:";
constexpr std::string_view exitCodesTitle = "Exit codes:";

std::string entries(const Items& items) {
    std::string out;
    for (const auto& item : items) {
        out += roff::entry(roff::form(item.form), item.meaning);
    }
    return out;
}

std::string usageOf(const HelpPage& help) {
    std::string out;
    for (const auto& usage : help.usage) {
        out += (out.empty() ? "" : ".br\n") + roff::form(usage) + "\n";
    }
    return out;
}

/// What has a place of its own on the page, and where to read on, which SEE ALSO says.
bool isApart(const HelpBlock& block) {
    return block.text == optionsTitle || block.text == commandsTitle || block.text == exitCodesTitle ||
           block.text.starts_with("Read on:");
}

std::string description(const HelpPage& help) {
    std::string out;
    for (const auto& block : help.blocks) {
        if (!isApart(block)) {
            out += ".PP\n" + roff::paragraph(block.text) + entries(block.items);
        }
    }
    return out;
}

/// Without those of every command.
Items ownOptions(const HelpPage& command, const Items& ofAll) {
    Items own;
    for (const auto& item : command.list(optionsTitle)) {
        if (std::ranges::find(ofAll, item) == ofAll.end()) {
            own.push_back(item);
        }
    }
    return own;
}

std::string commandText(const Described& command, const Items& ofAll) {
    return roff::subheading(command.name) + usageOf(command.help) + description(command.help) +
           entries(ownOptions(command.help, ofAll));
}

std::string commandsOf(const Program& program) {
    const auto all = program.help.list(commandsTitle);
    std::string out = all.empty() ? "" : roff::heading("COMMANDS");
    if (program.commands.empty()) {
        return out + entries(all);
    }
    for (const auto& command : program.commands) {
        out += commandText(command, program.help.list(optionsTitle));
    }
    return out;
}

/// A paragraph may not follow a heading.
std::string described(const HelpPage& help) {
    return roff::heading("DESCRIPTION") + description(help).substr(std::string_view(".PP\n").size());
}

}  // namespace

base::Result<std::string> programPage(const Program& program, const std::string& rest) {
    const auto& help = program.help;
    const std::string generated = roff::heading("SYNOPSIS") + usageOf(help) + described(help) + commandsOf(program) +
                                  roff::heading("OPTIONS") + entries(help.list(optionsTitle)) +
                                  roff::heading("EXIT STATUS") + entries(help.list(exitCodesTitle));
    return PageFrame{program.name, '1', help.summary()}.around(generated, rest);
}

}  // namespace aip::manual

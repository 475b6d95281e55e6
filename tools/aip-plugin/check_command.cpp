#include "base/printable.h"
#include "check/stages.h"
#include "command.h"
#include "exit_code.h"
#include "progress.h"

#include <aip/ext/dynamic_tools.h>

#include <iostream>
#include <sstream>

namespace aip::tool {
namespace {

base::Result<CheckOptions> read(const Arguments& arguments) {
    const CheckOptions usual;
    const auto calls = arguments.number("--calls", static_cast<double>(usual.calls), 1);
    const auto timeout = arguments.number("--timeout", 2, 0.001);
    const bool limited = !arguments.has("--thorough") && !arguments.has("--budget");
    const auto budget = arguments.number("--budget", 10, 0.001);
    const auto grace = arguments.number("--grace", 5, 0.001);
    const auto seed = arguments.number("--seed", 1, 0);
    for (const auto& number : {calls, timeout, grace, budget, seed}) {
        if (!number) {
            return number.error();
        }
    }
    CheckOptions options;
    options.calls = static_cast<std::size_t>(*calls);
    options.timeout = milliseconds(*timeout);
    options.grace = milliseconds(*grace);
    options.budget = milliseconds(*budget);
    options.total = limited ? usual.total : std::chrono::hours(24);
    options.seed = static_cast<std::uint64_t>(*seed);
    options.quick = arguments.has("--quick");
    options.settings = arguments.get("--settings");
    options.environment = arguments.get("--environment");
    for (auto& tool : arguments.all("--skip")) {
        options.skip.insert(std::move(tool));
    }
    for (auto& tool : arguments.all("--only")) {
        options.only.insert(std::move(tool));
    }
    return options;
}

/// The named tools must exist: otherwise a misspelt --skip would call the tool after all.
base::Result<void> known(const PluginFile& plugin, const CheckOptions& options) {
    for (const auto* names : {&options.skip, &options.only}) {
        for (const auto& name : *names) {
            auto tool = findTool(plugin.manifest.tools, name);
            if (!tool && !plugin.manifest.promises(AIP_EXT_DYNAMIC_TOOLS)) {
                return std::move(tool).error();
            }
        }
    }
    return {};
}

void warn(const Subject& subject) {
    std::cerr << "aip-plugin: calls each of " << subject.tools().size() << " tools some " << 3 * subject.options().calls
              << " times with made-up input; --skip=TOOL spares one with side effects\n";
}

/// A plugin whose manifest cannot be read gets a score card, too.
Scorecard unreadable(const std::string& file, const base::Error& error) {
    const auto code = error.code() == base::Code::notFound ? "manifest-missing" : "manifest-invalid";
    return {file, "-", {{"manifest", "cannot be read", {}, {{code, error.text()}}}}};
}

base::Result<int> run(const Arguments& arguments) {
    const auto& file = arguments.words().front();
    const auto options = read(arguments);
    if (!options) {
        return options.error();
    }
    const auto print = [&arguments](const Scorecard& card) {
        if (arguments.has("--json")) {
            card.printJson(std::cout);
        } else {
            std::ostringstream text;
            card.print(text);
            std::cout << base::printableLines(text.str());
        }
        return card.passed() ? done : failed;
    };
    const auto plugin = openPlugin(file);
    if (!plugin) {
        return print(unreadable(file, plugin.error()));
    }
    if (const auto named = known(*plugin, *options); !named) {
        return named.error();
    }
    ProgressLine progress;
    Subject subject(*plugin, *options, [&progress](const std::string& step) { progress.show(step); });
    if (!options->quick) {
        warn(subject);
    }
    const auto card = check(subject);
    progress.clear();
    return print(card);
}

}  // namespace

Command checkCommand() {
    return {
        .name = "check",
        .words = "LIBRARY|FOLDER",
        .summary = "Tries hard to break the plugin and prints a score card; exit code 1 if there is something to mend.",
        .details =
            "It calls every tool, with input made up from its schema: valid, and such as the agent would refuse.\n\n"
            "DANGER: a tool that deletes, sends or switches something really does it, thousands of times. Spare\n"
            "such tools with --skip, or run this on a machine that may be harmed. Tools that are annotated with\n"
            "\"destructiveHint\": true are called only when --only names them.\n",
        .options = {{"--calls", "N", "calls per tool and kind of input (1000)"},
                    {"--skip", "TOOL", "do not call TOOL; may be given several times"},
                    {"--only", "TOOL", "call TOOL and no other; may be given several times"},
                    {"--timeout", "SECONDS", "cancel a call after SECONDS (2)"},
                    {"--grace", "SECONDS", "a cancelled call must return within SECONDS (5)"},
                    {"--budget", "SECONDS", "spend at most SECONDS on a tool in each step (10), whatever it takes"},
                    {"--thorough", "", "take all the time that this needs instead of less than 20 s"},
                    {"--quick", "", "look at the manifest and the library only, and call nothing"},
                    {"--settings", "JSON", "what [plugin.ID] of the agent would hold, as an object"},
                    {"--environment", "NAMES", "variables that the plugin's process gets: LD_PRELOAD,ASAN_OPTIONS"},
                    {"--seed", "N", "other made-up input (1)"},
                    {"--json", "", "the score card as one JSON object"}},
        .run = &run};
}

}  // namespace aip::tool

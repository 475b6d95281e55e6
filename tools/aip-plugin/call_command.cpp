#include "base/printable.h"
#include "caller.h"
#include "command.h"
#include "exit_code.h"
#include "pretty.h"
#include "runner.h"
#include "schema/schema.h"
#include "scratch_folder.h"
#include "timings.h"
#include "tool_watch.h"

#include <aip/ext/dynamic_tools.h>

#include <filesystem>
#include <iostream>
#include <iterator>

namespace aip::tool {
namespace {

struct Wanted {
    std::size_t repeat = 1;
    Caller::Limits limits;
    std::string settings;
    std::string parameters;
};

std::string standardInput() {
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

base::Result<Wanted> read(const Arguments& arguments) {
    const auto repeat = arguments.number("--repeat", 1, 1);
    const auto seconds = arguments.number("--timeout", 60, 0.001);
    const auto grace = arguments.number("--grace", 5, 0.001);
    for (const auto& number : {repeat, seconds, grace}) {
        if (!number) {
            return number.error();
        }
    }
    const std::string json = arguments.words().size() == 3 ? arguments.words()[2] : "{}";
    return Wanted{static_cast<std::size_t>(*repeat),
                  {milliseconds(*seconds), milliseconds(*grace)},
                  arguments.get("--settings", "{}"),
                  json == "-" ? standardInput() : json};
}

/// As the agent does it before the plugin sees anything.
base::Result<void> checkAgainst(std::string_view schema, const std::string& json, const char* what) {
    auto compiled = schema::Schema::compile(schema == "null" ? R"({"type":"object","maxProperties":0})" : schema);
    if (!compiled) {
        return std::move(compiled).error().within(std::string("the schema of the ") + what);
    }
    auto checked = compiled->check(json);
    return checked ? std::move(checked) : std::move(checked).error().within(what);
}

int report(const Reply& reply, const std::string& tool) {
    if (reply.outcome.ok()) {
        printJson(reply.outcome.json, std::cout);
        return done;
    }
    return failure(tool, base::codeName(reply.outcome.code) + ": " + reply.outcome.error);
}

int repeat(Caller& caller, const admission::ToolManifest& tool, const Wanted& wanted) {
    Timings timings;
    std::size_t failures = 0;
    int code = done;
    for (std::size_t i = 0; i < wanted.repeat && caller.slot().state() != plugins::SlotState::failed; ++i) {
        const Reply reply = caller.call(tool, wanted.parameters);
        timings.add(reply.took);
        failures += reply.outcome.ok() ? 0 : 1;
        if (i == 0 || (!reply.outcome.ok() && failures == 1)) {
            code = report(reply, tool.name);
        }
    }
    if (wanted.repeat > 1) {
        std::cout << timings.count() << " calls: " << timings.summary() << "; " << failures << " failed\n";
    }
    return failures == 0 ? code : failed;
}

hosting::Call::Progress printProgress() {
    return [](const hosting::Call&, std::uint32_t permille, std::string_view text) {
        std::cerr << std::to_string(permille / 10) + "% " + base::printable(text, text.size()) + "\n";
    };
}

constexpr std::chrono::seconds listLimit{2};

/// Calls the tool of that name, one of the manifest or one that the plugin has by now.
int callTool(plugins::Slot& slot, const ToolWatch& watch, const std::string& name, const Wanted& wanted) {
    const auto declared = findTool(slot.manifest().tools, name);
    const auto tool = declared ? declared : findTool(watch.tools(listLimit), name);
    if (!tool) {
        return failure(slot.manifest().id, tool.error().text());
    }
    if (const auto checked = checkAgainst(tool->inputSchema, wanted.parameters, "parameters"); !checked) {
        return failure(tool->name, checked.error().text());
    }
    Caller caller(slot, wanted.limits, printProgress());
    return repeat(caller, *tool, wanted);
}

/// Before any code runs: a tool that cannot be, parameters and settings that do not fit.
base::Result<void> checkBefore(const admission::Manifest& manifest, const std::string& name, const Wanted& wanted) {
    if (auto checked = checkAgainst(manifest.settingsSchema, wanted.settings, "settings"); !checked) {
        const bool given = wanted.settings != "{}";
        const base::Error& why = checked.error();
        return base::Error(why.code(), why.text() + (given ? "" : ": give them with --settings=JSON")).within(name);
    }
    const auto tool = findTool(manifest.tools, name);
    if (!tool) {
        return manifest.promises(AIP_EXT_DYNAMIC_TOOLS) ? base::Result<void>() : tool.error();
    }
    auto checked = checkAgainst(tool->inputSchema, wanted.parameters, "parameters");
    return checked ? std::move(checked) : std::move(checked).error().within(tool->name);
}

/// Where the plugin keeps its state, made like the agent's if it is missing; empty: nowhere.
base::Result<std::filesystem::path> stateOf(const Arguments& arguments, const std::filesystem::path& otherwise) {
    const std::string wanted = arguments.get("--state");
    if (wanted.empty()) {
        return otherwise;
    }
    const auto folder = std::filesystem::absolute(wanted);
    std::error_code problem;
    if (std::filesystem::create_directories(folder, problem)) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, problem);
    }
    if (problem) {
        return base::Error(base::Code::unavailable, problem.message()).within("--state=" + folder.string());
    }
    return folder;
}

base::Result<int> run(const Arguments& arguments) {
    const std::string& file = arguments.words()[0];
    const std::string& name = arguments.words()[1];
    const auto wanted = read(arguments);
    if (!wanted) {
        return wanted.error();
    }
    const auto plugin = openPlugin(file);
    if (!plugin) {
        return failure(file, plugin.error().text());
    }
    if (const auto checked = checkBefore(plugin->manifest, name, *wanted); !checked) {
        return failure(file, checked.error().text());
    }
    const ScratchFolder scratch;
    const auto state = stateOf(arguments, scratch.path());
    if (!state) {
        return state.error();
    }
    auto slot = makeSlot(*plugin, {.configJson = wanted->settings,
                                   .log = printLog(plugin->manifest.id),
                                   .environment = arguments.get("--environment"),
                                   .stopLimit = wanted->limits.grace,
                                   .state = *state,
                                   .hostView = arguments.has("--host-view"),
                                   .inProcess = arguments.has("--in-process")});
    if (!slot) {
        return failure(file, slot.error().text());
    }
    const ToolWatch watch(**slot);
    if (auto started = (*slot)->start(); !started) {
        return failure(file, notStarted(**slot, started.error()));
    }
    const int code = callTool(**slot, watch, name, *wanted);
    const bool stopped = (*slot)->stop(wanted->limits.grace + std::chrono::seconds(1));
    return stopped || code != done ? code : failure(file, "did not stop within " + shown(wanted->limits.grace));
}

}  // namespace

Command callCommand() {
    return {
        .name = "call",
        .words = "LIBRARY|FOLDER TOOL [JSON|-]",
        .summary = "Calls a tool as the agent would and prints its result; \"-\" reads the parameters from stdin.",
        .details =
            "Parameters and settings are checked against their schemas first. Log and progress go to stderr.\n"
            "TOOL is a name, or action::NAME, data_collection::NAME; also of a tool that the plugin has only when "
            "it runs.\n",
        .options = {{"--repeat", "N", "call N times and print how long they took"},
                    {"--timeout", "SECONDS", "cancel a call after SECONDS (60)"},
                    {"--grace", "SECONDS", "abandon a cancelled call after SECONDS (5)"},
                    {"--settings", "JSON", "what [plugin.ID] of the agent would hold, as an object"},
                    {"--environment", "NAMES", "variables that the plugin's process gets: LD_PRELOAD,ASAN_OPTIONS"},
                    {"--state", "FOLDER",
                     "the plugin's state directory, made if it is missing; without it, one that is removed afterwards"},
                    {"--host-view", "", "as if plugins.host_view named the plugin"},
                    {"--in-process", "", "in this process instead of one of its own: for a debugger"}},
        .fewest = 2,
        .most = 3,
        .run = &run};
}

}  // namespace aip::tool

#include "command.h"
#include "dev/workbench.h"
#include "exit_code.h"
#include "pretty.h"

#include <simdjson.h>

#include <algorithm>
#include <iostream>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;
using dev::Console;
using dev::Events;
using dev::Workbench;

constexpr std::chrono::milliseconds lookEvery{100};  // at the sources

constexpr const char* help =
    "  TOOL [JSON]   calls a tool of the plugin: greet {\"name\":\"Ann\"}\n"
    "  tools         what it has\n"
    "  help          this\n"
    "  quit          ends it, as does the end of the input";

/// "greet", "action::greet"
base::Result<std::string> callTool(Workbench& workbench, const std::string& tool, const std::string& parameters) {
    if (!workbench.runs()) {
        return base::Error(base::Code::unavailable, "it does not run yet");
    }
    const auto colons = tool.find("::");
    const bool typed = colons != std::string::npos;
    return workbench.agent().call(typed ? tool.substr(0, colons) : "", typed ? tool.substr(colons + 2) : tool,
                                  parameters);
}

int callAndPrint(Workbench& workbench, const std::string& tool, const std::string& parameters) {
    const auto result = callTool(workbench, tool, parameters);
    if (!result) {
        return failure(tool, result.error().text());
    }
    printJson(*result, std::cout);
    std::cout << std::flush;
    return done;
}

std::string textOf(const simdjson::dom::element& object, const char* member) {
    std::string_view text;
    return object[member].get(text) ? std::string() : std::string(text);
}

/// "action::greet(name, [times]): Greets someone."
std::string described(const simdjson::dom::element& tool) {
    std::string names;
    simdjson::dom::object properties;
    simdjson::dom::array required;
    const bool any = !tool["input_schema"]["properties"].get(properties);
    const bool some = !tool["input_schema"]["required"].get(required);
    const auto isRequired = [&](std::string_view name) {
        return some && std::any_of(required.begin(), required.end(),
                                   [name](const auto& each) { return each.get_string().value() == name; });
    };
    for (const auto member : any ? properties : simdjson::dom::object()) {
        const std::string name(member.key);
        names += (names.empty() ? "" : ", ") + (isRequired(name) ? name : "[" + name + "]");
    }
    const std::string description = textOf(tool, "description");
    return textOf(tool, "tool_key") + "(" + names + "): " + description.substr(0, description.find('\n'));
}

void showTools(Workbench& workbench, Console& console) {
    const auto list = callTool(workbench, "list_tools", "{}");
    simdjson::dom::parser parser;
    simdjson::dom::array tools;
    if (!list || parser.parse(*list).get(tools)) {
        return console.say(list ? *list : list.error().text());
    }
    for (const auto tool : tools) {
        console.say("  " + described(tool));
    }
}

/// False at the end.
bool obey(Workbench& workbench, Console& console, const std::string& line) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos) {
        return true;
    }
    const auto end = std::min(line.find_first_of(" \t\r", begin), line.size());
    const std::string word = line.substr(begin, end - begin);
    const auto rest = line.find_first_not_of(" \t\r", end);
    if (word == "tools") {
        showTools(workbench, console);
    } else if (word == "help") {
        console.say(help);
    } else if (word != "quit") {
        workbench.makeIfChanged();  // what was saved before counts
        callAndPrint(workbench, word, rest == std::string::npos ? "{}" : line.substr(rest));
    }
    return word != "quit";
}

int converse(Events& events, Console& console, Workbench& workbench) {
    if (workbench.make()) {
        console.tell("others call it at " + workbench.agent().address() + " with the key in " +
                     workbench.agent().keyFile().string());
    }
    console.tell("TOOL [JSON], tools, help or quit");
    const auto input = [&] { return console.hasLine() || console.ended(); };
    while (!events.stopped()) {
        console.prompt();
        const auto end = events.until(input, Events::Clock::now() + lookEvery);
        const auto line = console.line();
        if (end == Events::End::late) {
            workbench.makeIfChanged();
        } else if (end == Events::End::done && (!line || !obey(workbench, console, *line))) {
            break;
        }
    }
    return done;
}

base::Result<int> run(const Arguments& arguments) {
    const fs::path folder = fs::absolute(arguments.words()[0]).lexically_normal();
    const bool once = arguments.has("--call");
    if (arguments.words().size() == 2 && !once) {
        return base::Error(base::Code::invalid, "JSON goes with --call TOOL");
    }
    const auto kind = dev::kindOf(folder);
    if (!kind) {
        return failure(folder.string(), kind.error().text());
    }
    const auto build = arguments.get("--build");
    Events events;
    Console console(events);
    Workbench workbench(events, console, *kind,
                        {folder, build.empty() ? fs::path() : fs::absolute(build), arguments.all("--define"), !once});
    if (!once) {
        return converse(events, console, workbench);
    }
    const std::string parameters = arguments.words().size() == 2 ? arguments.words()[1] : "{}";
    return workbench.make() ? callAndPrint(workbench, arguments.get("--call"), parameters) : failed;
}

}  // namespace

Command devCommand() {
    return {.name = "dev",
            .words = "FOLDER | FOLDER --call=TOOL [JSON]",
            .summary =
                "Builds the plugin of FOLDER, runs it in an agent of its own and calls its tools; again after each "
                "change.",
            .details =
                "FOLDER has a CMakeLists.txt, a Cargo.toml, a plugin.json with a \"command\" (which is kept up to "
                "date), one\nexecutable file, which writes it when it is called with --manifest, or just C and C++ "
                "files.\nAgent and development server run on a free port of this machine, with a key of their "
                "own, "
                "as long as\nthis runs. Standard input takes lines:\n"
                "  TOOL [JSON]   calls a tool of the plugin: greet {\"name\":\"Ann\"}\n"
                "  tools, help, quit\n"
                "Results go to stdout; calls, log and what is wrong to stderr. A build that fails leaves the last one "
                "that\n"
                "worked in place.\n",
            .options = {{"--call", "TOOL", "build, call TOOL once, print its result; exit code 1 if that fails"},
                        {"--define", "KEY=VALUE", "a setting of the agent: plugin.hello.greeting=Hi; may be repeated"},
                        {"--build", "FOLDER", "build there and keep it, for a faster start the next time"}},
            .fewest = 1,
            .most = 2,
            .run = &run};
}

}  // namespace aip::tool

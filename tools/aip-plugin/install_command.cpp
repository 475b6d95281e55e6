#include "command.h"
#include "exit_code.h"
#include "install.h"
#include "running_agent.h"

#include <iostream>

namespace aip::tool {
namespace {

base::Result<int> run(const Arguments& arguments) {
    const auto& file = arguments.words()[0];
    const auto plugin = openPlugin(file);
    if (!plugin) {
        return failure(file, plugin.error().text());
    }
    const auto folder = install(*plugin, arguments.words()[1]);
    if (!folder) {
        return failure(file, folder.error().text());
    }
    const auto& id = plugin->manifest.id;
    const auto& version = plugin->manifest.version;
    std::cout << id << ' ' << version << " is installed in " << folder->string() << '\n' << std::flush;
    if (!arguments.has("--reload")) {
        return done;
    }
    const auto reloaded = reloadAgent(arguments.get("--reload"), id, version);
    if (!reloaded) {
        return failure("--reload", reloaded.error().text());
    }
    std::cout << *reloaded << '\n';
    return done;
}

}  // namespace

Command installCommand() {
    return {.name = "install",
            .words = "FOLDER DIRECTORY",
            .summary =
                "Puts the plugin into the plugin directory of an agent, in the place of an older one, if there is one.",
            .details =
                "Nothing that reads the directory meanwhile finds half a plugin. The agent takes it with its next "
                "reload.\n",
            .options = {{"--reload", "AGENT",
                         "then make the agent take it: its control socket, which says what became of it, or its "
                         "pidfile (SIGHUP)"}},
            .fewest = 2,
            .most = 2,
            .run = &run};
}

}  // namespace aip::tool

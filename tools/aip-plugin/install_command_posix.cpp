#include "base/file.h"
#include "command.h"
#include "exit_code.h"
#include "install.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace aip::tool {
namespace {

constexpr std::size_t largestPidFile = 4096;

/// SIGHUP to the process whose number stands in a pidfile.
base::Result<void> reload(const std::string& pidfile) {
    const auto text = base::readFile(pidfile, {largestPidFile});
    if (!text) {
        return text.error();
    }
    const pid_t process = std::atoi(text->c_str());
    if (process <= 1) {
        return base::Error(base::Code::notFound, pidfile + ": holds no process id");
    }
    if (::kill(process, SIGHUP) != 0) {
        return base::Error(base::Code::denied, "process " + std::to_string(process) + ": " + std::strerror(errno));
    }
    return {};
}

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
    std::cout << plugin->manifest.id << ' ' << plugin->manifest.version << " is installed in " << folder->string()
              << '\n';
    if (!arguments.has("--reload")) {
        return done;
    }
    const auto reloaded = reload(arguments.get("--reload"));
    return reloaded ? done : failure("--reload", reloaded.error().text());
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
            .options = {{"--reload", "PIDFILE", "then tell the agent whose pidfile this is (SIGHUP)"}},
            .fewest = 2,
            .most = 2,
            .run = &run};
}

}  // namespace aip::tool

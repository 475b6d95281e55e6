#include "command.h"
#include "exit_code.h"
#include "project.h"

#include <iostream>

namespace aip::tool {
namespace {

base::Result<int> run(const Arguments& arguments) {
    if (arguments.has("--c") && arguments.has("--cpp")) {
        return base::Error(base::Code::invalid, "--c or --cpp, not both");
    }
    const auto names = ProjectNames::from(arguments.words().front());
    if (!names) {
        return names.error();
    }
    const std::filesystem::path folder = arguments.words().back();
    const auto language = arguments.has("--c") ? Language::c : Language::cpp;
    if (const auto written = writeProject(*names, language, folder); !written) {
        return failure(folder.string(), written.error().text());
    }
    std::cout << "A plugin '" << names->id << "' was created in " << folder.string()
              << "; its README.md says what to do.\n";
    return done;
}

}  // namespace

Command newCommand() {
    return {.name = "new",
            .words = "NAME [--c|--cpp] [FOLDER]",
            .summary = "Makes a project for a plugin NAME: source, test, build file and README, in ./NAME or FOLDER.",
            .details = "NAME is the id of the plugin: [a-z0-9][a-z0-9._-]*, \"weather\" or \"org.example.weather\".\n",
            .options = {{"--cpp", "", "in C++20, with aip/plugin.hpp and a GoogleTest; the default"},
                        {"--c", "", "in plain C"}},
            .most = 2,
            .run = &run};
}

}  // namespace aip::tool

#include "command.h"
#include "exit_code.h"
#include "project.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <utility>

namespace aip::tool {
namespace {

base::Result<Language> languageOf(const Arguments& arguments) {
    static constexpr std::array options{std::pair("--cpp", Language::cpp), std::pair("--c", Language::c),
                                        std::pair("--bash", Language::bash), std::pair("--python", Language::python),
                                        std::pair("--node", Language::node)};
    const auto given = [&](const auto& option) { return arguments.has(option.first); };
    const auto* const found = std::ranges::find_if(options, given);
    if (std::ranges::count_if(options, given) > 1) {
        return base::Error(base::Code::invalid, "--c, --cpp, --bash, --python or --node: one of them");
    }
    return found == options.end() ? Language::cpp : found->second;
}

base::Result<int> run(const Arguments& arguments) {
    const auto language = languageOf(arguments);
    if (!language) {
        return language.error();
    }
    const auto names = ProjectNames::from(arguments.words().front());
    if (!names) {
        return names.error();
    }
    const std::filesystem::path folder = arguments.words().back();
    if (const auto written = writeProject(*names, *language, folder); !written) {
        return failure(folder.string(), written.error().text());
    }
    std::cout << "A plugin '" << names->id << "' was created in " << folder.string()
              << "; its README.md says what to do.\n";
    return done;
}

}  // namespace

Command newCommand() {
    return {.name = "new",
            .words = "NAME [FOLDER]",
            .summary = "Makes a project for a plugin NAME: source, test, build file and README, in ./NAME or FOLDER.",
            .details = "NAME is the id of the plugin: [a-z0-9][a-z0-9._-]*, \"weather\" or \"org.example.weather\".\n",
            .options = {{"--cpp", "", "in C++20, with aip/plugin.hpp and a GoogleTest; the default"},
                        {"--c", "", "in plain C"},
                        {"--bash", "", "a program: a shell script, which needs jq"},
                        {"--python", "", "a program: Python functions, with aip.py"},
                        {"--node", "", "a program: JavaScript functions, with aip.mjs"}},
            .most = 2,
            .run = &run};
}

}  // namespace aip::tool

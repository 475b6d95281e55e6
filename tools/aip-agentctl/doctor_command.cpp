#include "answers.h"
#include "base/output_file.h"
#include "commands.h"
#include "doctor.h"
#include "exit_code.h"
#include "findings_view.h"
#include "shown.h"
#include "tar.h"
#include "usual_configuration.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

namespace aip::agentctl {
namespace {

using base::Code;
using base::Error;

/// With what an agent is examined that does not run.
struct Subject {
    std::vector<std::string> settings{};  ///< arguments of aip-agent
    std::string words{};                  ///< which these are
};

std::string listOf(const std::vector<std::string>& files) {
    std::string list;
    for (const auto& file : files) {
        list += (list.empty() ? "" : ", ") + file;
    }
    return list;
}

/// Nothing is given: as the agent of this machine is started.
Subject usualAgent() {
    const auto places = usualConfigurations();
    std::error_code unknown;
    const auto found =
        std::ranges::find_if(places, [&](const auto& each) { return std::filesystem::exists(each, unknown); });
    return found == places.end() ? Subject{.words = "without a configuration: there is none at " + listOf(places) +
                                                    "; name it with --config=FILE"}
                                 : Subject{.settings = {"--config=" + *found}, .words = "with " + *found};
}

Subject subjectOf(const Arguments& arguments) {
    std::vector<std::string> settings;
    for (const char* const option : {"--config", "--define"}) {
        for (const auto& value : arguments.all(option)) {
            settings.push_back(std::string(option) + "=" + value);
        }
    }
    const auto files = arguments.all("--config");
    return settings.empty() ? usualAgent()
                            : Subject{.settings = std::move(settings),
                                      .words = "with " + (files.empty() ? "--define alone" : listOf(files))};
}

/// Of mode 600 from its first byte on, and nobody else's, though its folder may be everybody's.
base::Result<void> writeBundle(const std::filesystem::path& file, const std::string& archive) {
    std::error_code absent;
    std::filesystem::remove(file, absent);
    const auto out = base::openOutput(file, {.mode = 0600, .links = base::Links::refuse});
    if (!out) {
        return out.error();
    }
    auto checked = base::checkAccess(*out, file, base::Access::onlyOursWrite);
    return checked ? base::writeAll(*out, archive) : checked;
}

base::Result<void> bundle(Doctor& doctor, const std::string& file) {
    auto files = doctor.files();
    if (!files) {
        return std::move(files).error();
    }
    return writeBundle(file, tarOf(*files, std::chrono::system_clock::now()));
}

void tellOrigin(const Subject& what) {
    std::cerr << "aip-agentctl: no agent runs here: this is what aip-agent --check --connect finds "
              << shown(what.words) << std::endl;
}

base::Result<int> examine(Context& context) {
    const auto what = subjectOf(context.arguments);
    Doctor doctor(context.agent, what.settings);
    const auto findings = doctor.findings();
    if (doctor.alone()) {
        tellOrigin(what);
    }
    if (!findings) {
        return complain(context, findings.error());
    }
    const auto document = Document::parse(*findings);
    if (!document) {
        return complain(context, Error(Code::internal, "the findings cannot be read: " + document.error().text()));
    }
    if (context.json()) {
        context.out.json(*findings);
    } else {
        context.out.text(findingsView(document->root()));
    }
    if (const std::string file = context.arguments.get("--bundle"); !file.empty()) {
        if (const auto written = bundle(doctor, file); !written) {
            return complain(context, written.error());
        }
        std::cerr << "aip-agentctl: " << file << " is for support: secrets that are known are not in it; look into it "
                  << "before you pass it on" << std::endl;
    }
    return allIsWell(document->root()) ? done : failed;
}

}  // namespace

Command doctorCommand() {
    return {
        .name = "doctor",
        .words = "",
        .summary = "Finds what is wrong with the configuration, this machine, plugins and the connection.",
        .details =
            "Asks the running agent, which does not connect or register for it. Without one it runs aip-agent "
            "--check --connect,\n"
            "which goes as far as the upgrade, with the configuration given, else with "
            "~/.config/aip-agent/aip-agent.ini (not for\n"
            "root) or /etc/aip-agent/aip-agent.ini, and says with which. Codes and cures: config/README.md. "
            "Ends with 1 if there is\nan error or a warning.\n",
        .options = {{"--bundle", "FILE", "write a tar for support: configuration, status, log, findings; no secrets"},
                    {"--config", "PATH", "the configuration, if no agent runs; as often as aip-agent takes it"},
                    {"--define", "KEY=VALUE", "one setting, if no agent runs"}},
        .run = examine};
}

}  // namespace aip::agentctl

#include "answers.h"
#include "base/output_file.h"
#include "commands.h"
#include "doctor.h"
#include "exit_code.h"
#include "findings_view.h"
#include "tar.h"

#include <chrono>
#include <filesystem>
#include <iostream>

namespace aip::agentctl {
namespace {

using base::Code;
using base::Error;

std::vector<std::string> settingsOf(const Arguments& arguments) {
    std::vector<std::string> settings;
    for (const char* const option : {"--config", "--define"}) {
        for (const auto& value : arguments.all(option)) {
            settings.push_back(std::string(option) + "=" + value);
        }
    }
    return settings;
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

void tell(Context& context, Json findings, bool alone) {
    if (alone) {
        std::cerr << "aip-agentctl: no agent runs here: this is what aip-agent --check --connect finds" << std::endl;
    }
    context.out.text(findingsView(findings));
}

base::Result<int> examine(Context& context) {
    Doctor doctor(context.agent, settingsOf(context.arguments));
    const auto findings = doctor.findings();
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
        tell(context, document->root(), doctor.alone());
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
            "--check --connect\n"
            "with the configuration given: that goes as far as the upgrade. Codes and cures: "
            "config/README.md. Ends with 1 if\n"
            "there is an error or a warning.\n",
        .options = {{"--bundle", "FILE", "write a tar for support: configuration, status, log, findings; no secrets"},
                    {"--config", "PATH", "the configuration, if no agent runs; as often as aip-agent takes it"},
                    {"--define", "KEY=VALUE", "one setting, if no agent runs"}},
        .run = examine};
}

}  // namespace aip::agentctl

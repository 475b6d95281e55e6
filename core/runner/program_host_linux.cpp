#include "runner/program_host_linux.h"

#include "admission/program_files.h"
#include "runner/exec_host_linux.h"
#include "runner/server_host_linux.h"
#include "runner/stdio_host_linux.h"

#include <utility>
#include <variant>

namespace aip::runner {

namespace {

using Started = base::Result<std::unique_ptr<Hosted>, hosting::Refusal>;
using hosting::ProgramSpec;

Started startChecked(const hosting::PluginSpec& spec, const ProgramSpec& program, base::Descriptor folder,
                     const HostedWiring& wiring) {
    if (auto checked = admission::checkProgramFiles(folder, program, admission::Owners::any); !checked) {
        return std::move(checked).error();
    }
    auto setting = ProgramSetting::make(spec, std::move(folder));
    if (!setting) {
        return hosting::Refusal{hosting::reason::shortage, setting.error().text()};
    }
    if (program.protocol == ProgramSpec::Protocol::stdio) {
        ToolSessionSettings settings;
        settings.maxResultSize = wiring.maxResultSize;
        for (const auto& tool : spec.tools) {
            settings.promised.push_back(tool.name);
        }
        return StdioHost::start(program.command, std::move(settings), *std::move(setting), wiring);
    }
    return std::unique_ptr<Hosted>(new ExecHost(program, *std::move(setting), wiring.maxResultSize));
}

}  // namespace

base::Result<std::unique_ptr<Hosted>, hosting::Refusal> startProgram(const hosting::PluginSpec& spec,
                                                                     base::Descriptor folder,
                                                                     const HostedWiring& wiring) {
    if (const auto* const program = std::get_if<ProgramSpec>(&spec.code)) {
        return startChecked(spec, *program, std::move(folder), wiring);
    }
    if (const auto* const server = std::get_if<hosting::ServerSpec>(&spec.code); server && server->isProgram()) {
        return startServer(*server, std::move(folder), wiring);
    }
    return hosting::Refusal{hosting::reason::loadFailed, "it is not a program"};
}

}  // namespace aip::runner

#include "runner/program_host_linux.h"

#include "admission/program_files.h"
#include "runner/exec_host_linux.h"
#include "runner/stdio_host_linux.h"

#include <utility>
#include <variant>

namespace aip::runner {

base::Result<std::unique_ptr<Hosted>, hosting::Refusal> startProgram(const hosting::PluginSpec& spec,
                                                                     base::Descriptor folder,
                                                                     const HostedWiring& wiring) {
    using hosting::ProgramSpec;
    const auto* const program = std::get_if<ProgramSpec>(&spec.code);
    if (program == nullptr) {
        return hosting::Refusal{hosting::reason::loadFailed, "it is not a program"};
    }
    if (auto checked = admission::checkProgramFiles(folder, *program, admission::Owners::any); !checked) {
        return std::move(checked).error();
    }
    auto setting = ProgramSetting::make(spec, std::move(folder));
    if (!setting) {
        return hosting::Refusal{hosting::reason::shortage, setting.error().text()};
    }
    if (program->protocol == ProgramSpec::Protocol::stdio) {
        return StdioHost::start(spec, *program, *std::move(setting), wiring);
    }
    return std::unique_ptr<Hosted>(new ExecHost(*program, *std::move(setting), wiring.maxResultSize));
}

}  // namespace aip::runner

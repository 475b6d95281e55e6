#include "agent_program.h"
#include "base/program_path.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <Poco/StreamCopier.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace aip::agentctl {
namespace {

using base::Code;
using base::Error;

std::optional<std::string> agentPath() {
    std::error_code failed;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", failed);
    const auto beside = own.parent_path() / "aip-agent";
    if (!failed && std::filesystem::exists(beside, failed)) {
        return beside.string();
    }
    const char* const path = std::getenv("PATH");
    return base::findProgram("aip-agent", path == nullptr ? "" : path, "/");
}

}  // namespace

base::Result<ProgramEnd> runAgent(const std::vector<std::string>& arguments) {
    const auto program = agentPath();
    if (!program) {
        return Error(Code::notFound, "there is no aip-agent beside this program, and none in PATH");
    }
    try {
        Poco::Pipe output;
        const auto process = Poco::Process::launch(*program, arguments, nullptr, &output, nullptr);
        Poco::PipeInputStream in(output);
        ProgramEnd end;
        Poco::StreamCopier::copyToString(in, end.output);
        end.code = process.wait();
        return end;
    } catch (const Poco::Exception& failure) {
        return Error(Code::unavailable, *program + ": " + failure.displayText());
    }
}

}  // namespace aip::agentctl

#include "runner/http_host.h"
#include "runner/runner_main_linux.h"
#include "runner/server_host_linux.h"

#include <utility>
#include <variant>

namespace {

namespace hosting = aip::hosting;
namespace runner = aip::runner;

aip::base::Result<std::unique_ptr<runner::Hosted>, hosting::Refusal> startRemote(
    const hosting::PluginSpec& spec, const aip::base::Descriptor& /*folder*/, const runner::HostedWiring& wiring) {
    const auto* const server = std::get_if<hosting::ServerSpec>(&spec.code);
    if (server == nullptr || server->isProgram()) {
        return hosting::Refusal{hosting::reason::loadFailed, "it is not a server with a url"};
    }
    return runner::HttpHost::start(*server, runner::sessionSettingsOf(*server, wiring.maxResultSize), wiring);
}

}  // namespace

int main(int count, char** arguments) {
    return aip::runner::runnerMain(count, arguments, "aip-http-runner", {startRemote});
}

#include "app/version_report.h"

#include "app/kernel_features.h"
#include "app/platform.h"
#include "app/plugin_setup.h"
#include "base/build.h"
#include "link/link_messages.h"
#include "mcp/revision.h"
#include "plugins/confinement_probe.h"

#include <Poco/Environment.h>
#include <fmt/format.h>

#include <chrono>

namespace aip::app {
namespace {

constexpr std::chrono::seconds probeLimit{5};

std::string protocols() {
    return fmt::format("protocols: AIP, plugin ABI {}, MCP {} to {}, link {}\n", abiVersion(),
                       mcp::legacyRevisions.back(), mcp::modernRevision, link::protocolVersion);
}

std::string kernel() {
    std::string out = fmt::format("kernel: {} {}\n", Poco::Environment::osName(), Poco::Environment::osVersion());
    for (const auto& [name, state] :
         kernelFeatures(kernelFacts(plugins::probeConfinement(installedRunner(), probeLimit)))) {
        out += fmt::format("  {:<15} {}\n", name, state);
    }
    return out;
}

}  // namespace

std::string versionReport() {
    return base::versionText("aip-agent", {base::boostHeaders()}) + protocols() + kernel();
}

}  // namespace aip::app

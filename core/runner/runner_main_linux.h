#pragma once

#include "runner/hosted.h"

namespace aip::runner {

/// main() of a runner: confines this process, and serves one plugin in it for the agent. `name` is the runner's.
/// Does not return if it was started by aip-agent.
int runnerMain(int count, char** arguments, const char* name, HostedKind kind);

}  // namespace aip::runner

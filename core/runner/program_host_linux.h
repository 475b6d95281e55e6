#pragma once

#include "runner/hosted.h"

namespace aip::runner {

/// Starts a plugin that is a program: see HostedStart. `folder` is the descriptor of its folder.
base::Result<std::unique_ptr<Hosted>, hosting::Refusal> startProgram(const hosting::PluginSpec& spec,
                                                                     base::Descriptor folder,
                                                                     const HostedWiring& wiring);

}  // namespace aip::runner

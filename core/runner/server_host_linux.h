#pragma once

#include "hosting/server_spec.h"
#include "runner/hosted.h"
#include "runner/tool_session.h"

namespace aip::runner {

/// Starts an MCP server that is a program: see HostedStart. `folder` is the descriptor of its working directory.
base::Result<std::unique_ptr<Hosted>, hosting::Refusal> startServer(const hosting::ServerSpec& server,
                                                                    base::Descriptor folder,
                                                                    const HostedWiring& wiring);

/// How the calls of a server are made.
ToolSessionSettings sessionSettingsOf(const hosting::ServerSpec& server, std::size_t maxResultSize);

}  // namespace aip::runner

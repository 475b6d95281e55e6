#pragma once

#include "admission/manifest.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "link/link.h"
#include "plugins/dynamic_tools.h"
#include "plugins/shared_pool.h"
#include "plugins/slot_settings.h"

#include <cstdint>
#include <string>

namespace aip::plugins {

/// Handles the messages from the processes of a plugin: results and progress go to the calls, starts and refusals to
/// the pool, lines to the log, files to the artifact port, tools to DynamicTools. One thread.
class ProcessMessages {
  public:
    /// All of them must outlive it.
    ProcessMessages(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                    SharedPool& pool, DynamicTools& tools)
        : _manifest(manifest), _settings(settings), _wiring(wiring), _pool(pool), _tools(tools) {}

    /// `link`: that of the process. False if a runner may not send this message now.
    bool handle(ProcessId process, link::Link& link, link::Link::Received received);

  private:
    bool started(ProcessId process);
    bool refused(ProcessId process, const link::Refused& message);
    bool finished(ProcessId process, const link::Finished& message, base::Result<std::string> text);
    bool progress(ProcessId process, const link::Progress& message);
    bool offered(ProcessId process, link::Link& link, const link::Offer& message, base::Descriptor content);
    bool listed(const base::Result<std::string>& json);

    bool terminated(ProcessId process) const;
    std::uint64_t limitOf(const link::Finished& message) const;
    base::Result<void> passOn(ProcessId process, const link::Offer& message, base::Descriptor content);

    const admission::Manifest& _manifest;
    const SlotSettings& _settings;
    const SlotWiring& _wiring;
    SharedPool& _pool;
    DynamicTools& _tools;
};

}  // namespace aip::plugins

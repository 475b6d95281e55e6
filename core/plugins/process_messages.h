#pragma once

#include "admission/manifest.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/coalescing_worker.h"
#include "link/link.h"
#include "plugins/dynamic_tools.h"
#include "plugins/kept_tools.h"
#include "plugins/shared_pool.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace aip::plugins {

/// Handles the messages from the processes of a plugin: results and progress go to the calls, starts and refusals to
/// the pool, lines to the log, files to the artifact port, tools to DynamicTools. One thread, unless said otherwise.
///
/// Lists of tools that are accepted are kept, by the thread that reads the later ones.
///
/// The tools that a process lists before it has started are known when it has started. What it lists later is read on a
/// thread of its own, the latest list at most every half second: reading a long list takes time.
class ProcessMessages {
  public:
    /// All of them must outlive it. `kept`: null if lists are not kept.
    ProcessMessages(const admission::Manifest& manifest, const SlotSettings& settings, const SlotWiring& wiring,
                    SharedPool& pool, std::shared_ptr<DynamicTools> tools, std::shared_ptr<const KeptTools> kept)
        : _manifest(manifest),
          _settings(settings),
          _wiring(wiring),
          _pool(pool),
          _tools(std::move(tools)),
          _kept(std::move(kept)) {}

    /// Any message but an Offer, which has come on `link`. False if a runner may not send it now.
    bool handle(ProcessId process, link::Link& link, link::Link::Received& received);

    /// Takes a file and answers on `link`. Blocks as long as the file does: not for the loop's thread. Any thread.
    void offered(ProcessId process, link::Link& link, const link::Offer& message, base::Descriptor content) const;

    /// No further list of tools is read. Waits up to `limit` for the one that is; false if that goes on. Any thread.
    bool stop(std::chrono::milliseconds limit) { return _lister.stop(limit); }

  private:
    bool started(ProcessId process);
    bool refused(ProcessId process, const link::Refused& message);
    bool finished(ProcessId process, link::Link& link, const link::Finished& message, link::Link::Received& received);
    bool progress(ProcessId process, const link::Progress& message);
    bool account(ProcessId process, const link::Account& message);
    bool listed(ProcessId process, base::Result<std::string> json);

    bool terminated(ProcessId process) const;
    std::uint64_t limitOf(const link::Finished& message) const;
    base::Result<void> passOnIfPossible(ProcessId process, const link::Offer& message, base::Descriptor content) const;
    base::Result<void> passOn(ProcessId process, const link::Offer& message, base::Descriptor content) const;

    const admission::Manifest& _manifest;
    const SlotSettings& _settings;
    const SlotWiring& _wiring;
    SharedPool& _pool;
    const std::shared_ptr<DynamicTools> _tools;
    const std::shared_ptr<const KeptTools> _kept;  ///< null: they are not kept
    hosting::CoalescingWorker _lister{std::chrono::milliseconds(500)};
};

}  // namespace aip::plugins

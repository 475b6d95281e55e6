#pragma once

#include "plugins/dynamic_tools.h"
#include "plugins/process_loop.h"
#include "plugins/process_messages.h"
#include "plugins/shared_pool.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// Runs a plugin in a process of its own, or in a fresh one for every call (Isolation::perCall; as many at once as the
/// manifest's concurrency). It only connects its parts: ProcessPool decides, behind SharedPool, which also sends and
/// finishes the calls; ProcessLoop is the thread that waits for the processes, and calls this class as its owner;
/// ProcessMessages understands what they say. A call for which a place is free is sent by the thread that invokes it.
///
/// To be made by makeSlot(), which sees to it that it is stopped.
class ProcessSlot final : public Slot, public std::enable_shared_from_this<ProcessSlot>, private ProcessLoop::Owner {
  public:
    /// `library` is open on the file to load: what the gate has admitted.
    ProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings, SlotWiring wiring);

    const admission::Manifest& manifest() const override { return _manifest; }
    SlotState state() const override;
    std::string reason() const override;
    std::vector<admission::ToolManifest> dynamicTools() const override { return _tools.tools(); }
    void onToolsChanged(const std::function<void()>& changed) override { _tools.onChanged(changed); }
    hosting::Check start() override;
    void invoke(std::shared_ptr<hosting::Call> call) override;
    void cancelled(const hosting::Call& call) override { _pool.cancelled(call); }
    /// Kills the process that the call is in: its other calls fail.
    void abandon(const hosting::Call& call) override;
    bool revive() override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    using TimePoint = base::Clock::TimePoint;

    ProcessPool::Turn turn(TimePoint now) override { return _pool.turn(now); }
    std::optional<ProcessLoop::Launched> launch() override;
    bool handle(ProcessId process, link::Link& link, link::Link::Received received) override;
    void lost(ProcessId process, const base::Error& why) override;
    bool trusts(ProcessId process) override;
    void ended(ProcessId process, const ProcessEnd& end) override;

    bool wake();
    base::Result<ChildProcess, hosting::Refusal> launchChild();

    const admission::Manifest _manifest;
    const SlotSettings _settings;
    const SlotWiring _wiring;
    base::Descriptor _library;       ///< of the loop's thread
    bool _sealed = false;            ///< _library is, which is done before the first start
    const std::string _description;  ///< of the plugin, for the runner
    DynamicTools _tools{_wiring.log};
    SharedPool _pool;
    ProcessMessages _messages;
    ProcessLoop _loop;
};

}  // namespace aip::plugins

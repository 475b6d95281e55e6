#pragma once

#include "plugins/blocking_jobs.h"
#include "plugins/confinement_report.h"
#include "plugins/dynamic_tools.h"
#include "plugins/kept_tools.h"
#include "plugins/process_loop.h"
#include "plugins/process_messages.h"
#include "plugins/shared_pool.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// Runs a plugin in a process of its own, or in a fresh one for every call (Isolation::perCall; as many at once as the
/// manifest's concurrency, the next one started ahead of its call). It only connects its parts:
/// - ProcessPool makes the decisions. SharedPool puts it under a mutex, sends the calls and finishes them.
/// - ProcessLoop is the thread that waits for the processes. It calls this class as its owner and keeps it alive.
/// - ProcessMessages handles their messages.
/// If a place is free, the thread that calls invoke() sends the call itself.
///
/// To be made by makeSlot(), whose lease stops it.
class ProcessSlot final : public Slot, public std::enable_shared_from_this<ProcessSlot>, private ProcessLoop::Owner {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// `library` is open on the file that the gate has admitted.
    ProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings, SlotWiring wiring);

    const admission::Manifest& manifest() const override { return _manifest; }
    SlotState state() const override;
    std::string reason() const override;
    std::vector<admission::ToolManifest> dynamicTools() const override { return _tools->tools(); }
    bool offersBeforeStart() const override { return _offersBeforeStart; }
    void onToolsChanged(const std::function<void()>& changed) override { _tools->onChanged(changed); }
    bool hearsOfTasks() const override;
    std::string load(TimePoint now) const override;
    SlotFigures figures(TimePoint now) const override { return _pool.figures(now); }
    link::Measures measures() const override;
    hosting::Check start() override;
    void startSoon() override;
    void invoke(std::shared_ptr<hosting::Call> call) override;
    void cancelled(const hosting::Call& call) override { _pool.cancelled(call); }
    bool abandon(const hosting::Call& call) override { return _pool.abandon(call); }
    void rest() override;
    bool revive() override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    ProcessPool::Turn turn(TimePoint now) override { return _pool.turn(now); }
    std::optional<ProcessLoop::Launched> launch() override;
    bool handle(ProcessId process, const std::shared_ptr<link::Link>& link, link::Link::Received& received) override;
    bool takeOffer(ProcessId process, const std::shared_ptr<link::Link>& link, const link::Offer& offer,
                   base::Descriptor& content);
    void lost(ProcessId process, const base::Error& why) override;
    void multiplied(ProcessId process) override;
    bool trusts(ProcessId process) override;
    void ended(ProcessId process, const ProcessEnd& end) override;

    bool restoreTools() const;
    hosting::Check wake();
    hosting::Check stillWaits() const;
    void leaveBehind(const StoppedCalls& stopping);
    base::Result<ChildProcess, hosting::Refusal> launchChild();

    const admission::Manifest _manifest;
    const SlotSettings _settings;
    const SlotWiring _wiring;
    base::Descriptor _library;             ///< used by the loop's thread only
    bool _sealed = false;                  ///< _library has been replaced by its sealed copy, before the first start
    const std::string _description;        ///< the encoded spec of the plugin, for the runner
    std::atomic<bool> _leftBehind{false};  ///< the loop's thread
    BlockingJobs _offers;                  ///< take the files that its processes hand over
    BlockingJobs _ends;                    ///< close the links of processes that have ended
    const std::shared_ptr<DynamicTools> _tools =
        std::make_shared<DynamicTools>(_wiring.log, _manifest.server.has_value());
    const std::shared_ptr<const KeptTools> _kept;  ///< null: its tools are not kept
    const bool _offersBeforeStart;
    ConfinementReport _confinement{_wiring.log};
    SharedPool _pool;
    ProcessMessages _messages;
    ProcessLoop _loop;
};

}  // namespace aip::plugins

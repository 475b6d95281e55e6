#pragma once

#include "base/guarded.h"
#include "hosting/coalescing_worker.h"
#include "hosting/instance.h"
#include "plugins/dynamic_tools.h"
#include "plugins/in_process_state.h"
#include "plugins/shortage_report.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <aip/ext/task_events.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace aip::plugins {

/// Runs a plugin in this process. InProcessState makes the decisions, under a mutex; no lock is held while the plugin
/// runs and while calls are finished.
///
/// Workers are the threads that run calls. They are made when there is work for them, up to the manifest's concurrency,
/// and keep the slot alive; the first one loads and starts the plugin, after a trial (see trial.h). Calls begin in the
/// order of invoke() and are finished on the worker that ran them. A completion that invokes the next call there has it
/// run on the same worker, without waking another.
///
/// To be made by makeSlot(), whose lease stops it.
class InProcessSlot final : public Slot, public std::enable_shared_from_this<InProcessSlot> {
  public:
    /// `library` is open on the file that the gate has admitted.
    InProcessSlot(admission::Manifest manifest, base::Descriptor library, SlotSettings settings, SlotWiring wiring)
        : _manifest(std::move(manifest)),
          _settings(std::move(settings)),
          _wiring(std::move(wiring)),
          _library(std::move(library)),
          _tools(std::make_shared<DynamicTools>(_wiring.log)),
          _shared(_manifest, _settings) {}

    const admission::Manifest& manifest() const override { return _manifest; }
    std::vector<admission::ToolManifest> dynamicTools() const override { return _tools->tools(); }
    void onToolsChanged(const std::function<void()>& changed) override { _tools->onChanged(changed); }

    SlotState state() const override;
    std::string reason() const override;
    bool hearsOfTasks() const override {
        return _manifest.promises(AIP_EXT_TASK_EVENTS) && state() == SlotState::running;
    }
    std::string load(base::Clock::TimePoint now) const override;
    SlotFigures figures(base::Clock::TimePoint now) const override;
    hosting::Check start() override;
    void invoke(std::shared_ptr<hosting::Call> call) override;
    void cancelled(const hosting::Call& call) override;
    bool abandon(const hosting::Call& call) override;
    bool revive() override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    struct Worker {
        std::thread thread;
        bool ended = false;
    };

    struct Shared {
        Shared(const admission::Manifest& manifest, const SlotSettings& settings)
            : state(manifest, settings.maxQueue,
                    base::Backoff(settings.process.backoffBase, settings.process.backoffCap, base::systemRandom())) {}

        InProcessState state;
        ShortageReport shortage;
        ShortageReport threads{"gets no thread for its calls", "gets threads for its calls again"};
        std::shared_ptr<hosting::Instance> instance;  ///< null before it is started
        bool toolsStale = false;                      ///< the plugin has reported a change before that
        std::list<Worker> workers;
    };
    /// What became of a call that was invoked.
    struct Placed {
        bool wakeWorker = false;
        std::optional<hosting::Outcome> refusal;
        std::optional<std::string> line;  ///< about threads, for the log
    };
    /// What a worker is to do next; without a call it must end.
    struct Job {
        std::shared_ptr<hosting::Call> call;
        std::shared_ptr<hosting::Instance> instance;

        explicit operator bool() const { return call != nullptr; }
    };

    Placed place(Shared& shared, const std::shared_ptr<hosting::Call>& call);
    std::optional<std::string> makeWorker(Shared& shared);
    void startPlugin();
    hosting::Instance::Started attempt();
    hosting::Instance::Started load(base::Descriptor sealed);
    void conclude(hosting::Instance::Started& started);
    void concludeFailure(const hosting::Refusal& why);
    static std::optional<std::string> shortageLine(Shared& shared, const hosting::Refusal& why,
                                                   std::chrono::milliseconds wait, base::Clock::TimePoint now);
    void tellOfFailure(const std::string& why) const;
    void toolsChanged();
    void demandTools();
    void listTools();
    void work(Worker& self);
    Job next();
    void carryOut(Job job);
    void releaseWorkers();
    bool destroyInstance(std::chrono::milliseconds limit);

    const admission::Manifest _manifest;
    const SlotSettings _settings;
    const SlotWiring _wiring;
    const base::Descriptor _library;
    const std::shared_ptr<DynamicTools> _tools;
    hosting::CoalescingWorker _lister;

    std::stop_source _givenUp;                ///< stop() was called: a start is not waited for
    std::atomic<bool> _startsForEver{false};  ///< a thread that starts the plugin was left behind

    base::Guarded<Shared> _shared;  ///< its notify(): for start() and stop()
    std::condition_variable _work;  ///< for idle workers

    /// The slot whose worker this thread is, while it finishes a call.
    static thread_local const InProcessSlot* finishing;
};

}  // namespace aip::plugins
